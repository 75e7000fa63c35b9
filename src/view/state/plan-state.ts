import type { RunState } from '../../profile/run/run-state.js';

/** A plan as the trace announces it, whether or not it is in one yet. */
export type Planned = Omit<RunState['plans'][number], 'seq' | 'at'>;

/** A plan that waits for a person to say what becomes of it. */
export type PlanQuestion = Readonly<{
  plan: Planned;
  /** What is wrong with what was made of it in an editor; the plan itself is as it was before. */
  problems: readonly string[];
  /** Whether there is an edit to take back. */
  edited: boolean;
  /** Since when it is asked, in ms since the run began. */
  since: number;
}>;

/** What may become of a plan: `former` is the plan before the last edit. */
export type PlanAnswer = 'run' | 'edit' | 'former' | 'cancel';

/** What is asked on the plan screen, and the name under which its plan is to be saved. */
export type PlanState = Readonly<{
  /** undefined: the plan of the run is only looked at. */
  question: PlanQuestion | undefined;
  name: string;
  /** A name that was not taken, and why. The same name again is meant. */
  refused: Readonly<{ name: string; why: string }> | undefined;
}>;

/** The plan screen as it opens. */
export const freshPlan: PlanState = { question: undefined, name: '', refused: undefined };
