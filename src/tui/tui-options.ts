/** What the screen is opened with, and what it hands back: the source and the controls of a run, options, handle and result. */

import type { RunState } from '../profile/run/run-state.js';
import type { LiveTexts, Viewport } from '../view/base/frame.js';
import type { PlanAnswer, Planned, PlanQuestion } from '../view/state/plan-state.js';
import type { RerunEffect } from '../view/app/press-rerun.js';
import type { Settings } from '../view/app/screen-settings.js';
import type { RunAtMoments } from '../view/chrome/time-travel.js';
import type { Dialog, UiState } from '../view/state/ui-state.js';
import type { SharedTerminal } from './surface.js';
import type { TerminalStreams } from './terminal.js';

/**
 * The source of a run: live, a finished file or a growing file, all behind one interface. With a history, the run can be shown
 * as of any moment.
 */
export type RunSource = RunAtMoments &
  Readonly<{
    subscribe(listener: () => void): () => void;
    /** The share of a recorded run that has been read, 0 to 1; undefined when complete. */
    reading?(): number | undefined;
    /** Whether the writing process has exited, so that no more events will arrive. */
    writerGone?(): boolean;
    /** The text of calls in progress, which is not in the events. */
    texts?: LiveTexts;
    /** The earlier runs of the same workflow, once they are known. */
    earlier?(): Viewport['earlier'];
    /** The last run of the workflow that succeeded, sought once this one has failed; `touch` is called when it is known. */
    succeeded?(touch: () => void): Viewport['succeeded'];
    /** Searches the file for a text in lower case; `subscribe` reports progress. An empty text cancels the search. */
    search?(wanted: string): void;
    /** The share of the file that has been searched, 0 to 1; undefined when complete. */
    searching?(): number | undefined;
  }>;

/** Controls of a run in this process. */
export type RunHandle = Readonly<{
  pause(): void;
  resume(): void;
  /** Runs one node, then pauses. */
  step(): void;
  toggleBreakpoint(nodeId: string): void;
  /** Requests cancellation of the run. The screen stays open if it still is. */
  cancel(): void;
}>;

export type TuiOptions = TerminalStreams &
  Readonly<{
    source: RunSource;
    env: NodeJS.ProcessEnv;
    /** Whether the run is in progress, so that elapsed time advances. */
    live: boolean;
    /** Controls of the run; absent when another process runs it. */
    control?: Partial<RunHandle>;
    /** Formats the events from an index on as plain lines, for the mode without a screen. */
    linesSince?: (run: RunState, seq: number) => readonly string[];
    settings?: Settings;
    reducedMotion?: boolean;
    /** Saves the shown plan as a workflow. */
    save?: SavePlan;
    /** Shows a text in a pager until the user leaves it; returns why it could not. */
    page?: (text: string) => Promise<string | undefined>;
    /** Keeps a choice of the user for the next run; returns why it could not be kept. */
    saveSetting?: (name: 'context', value: Settings['context']) => string | undefined;
    /** Whether there is a home screen to go to, and whether this run was opened from it. */
    home?: 'origin' | 'reachable';
    /** The terminal of the home screen, which stays open between screens. */
    shared?: SharedTerminal;
    /** A message for the user. */
    toast?: string | undefined;
    /** A message for the user once the run has finished. */
    offer?: string | undefined;
    /** The state in which the screen of this run was left before. */
    restore?: UiState;
    /** Prints a text that the user wanted printed on leaving; by default on stdout. */
    print?: (text: string) => void;
    /** Called once the first frame is on the screen. */
    onReady?: (handle: TuiHandle) => void;
  }>;

/** Saves a plan under a name; `replace` adds a version to an existing workflow. Returns a message for the user. */
export type SavePlan = (
  name: string,
  plan: Planned,
  options: Readonly<{ run: RunState; replace: boolean }>,
) => Promise<Readonly<{ saved: boolean; says: string }>>;

/** Operations on the open screen. */
export type TuiHandle = Readonly<{
  /** Opens a dialog. Resolves with the key of the choice, or undefined if it was dismissed. */
  ask(dialog: Dialog): Promise<string | undefined>;
  /**
   * Shows a plan until the user decides; undefined when the screen was left. After `edit` and `former` the plan stays open for
   * the next question. `says` is a message about the last action.
   */
  askPlan(question: Omit<PlanQuestion, 'since'>, says?: string): Promise<PlanAnswer | undefined>;
  /** Hands the terminal to another program while `work` runs. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Leaves the screen, like `q`. */
  close(): void;
}>;

/** The way in which the screen was left. */
export type TuiResult = Readonly<
  | { reason: 'quit' | 'cancel' }
  /** To the home screen; `ui` restores this one. */
  | { reason: 'home'; ui: UiState }
  /** To a rerun of this run, or to its comparison with another. */
  | { reason: 'next'; ui: UiState; effect: RerunEffect }
  | { reason: 'signal'; signal: NodeJS.Signals }
>;
