/** State of the plan screen. */

import type { Estimate } from '../../insights/history/estimate-run.js';
import type { RunState } from '../../profile/run/run-state.js';

/** A plan in the form in which the trace records it. */
export type Planned = Omit<RunState['plans'][number], 'seq' | 'at'>;

/** A plan awaiting a decision of the user. */
export type PlanQuestion = Readonly<{
  plan: Planned;
  /** Problems of the last edit; the plan itself is unchanged. */
  problems: readonly string[];
  /** Whether there is an edit to undo. */
  edited: boolean;
  /** When the question was opened, in ms since the run began. */
  since: number;
  /** What is known of the run that the plan would make. */
  about?: PlanOutlook;
}>;

/** What is known of a run before it starts. */
export type PlanOutlook = Readonly<{
  estimate?: Estimate | undefined;
  /** The node at which a rerun starts, if that is not the first. */
  start?: string | undefined;
  /** The nodes that succeeded in the run that is run again. */
  succeeded?: readonly string[];
}>;

/** The possible decisions; `former` restores the plan before the last edit. */
export type PlanAnswer = 'run' | 'edit' | 'former' | 'cancel';

/** The open question of the plan screen, and the name to save the plan under. */
export type PlanState = Readonly<{
  /** Undefined when the plan of the run is only viewed. */
  question: PlanQuestion | undefined;
  name: string;
  /** A rejected name and the reason. Entering it again overwrites. */
  refused: Readonly<{ name: string; why: string }> | undefined;
}>;

/** The initial state. */
export const freshPlan: PlanState = { question: undefined, name: '', refused: undefined };
