/** Defines the options of a session. */
import type { NodeTypes } from '../compile/compile.js';
import type { DataUse } from '../compile/data-uses.js';
import type { ModelChoice } from '../llm/select/choose-model.js';
import type { ModelSource } from '../llm/client/client.js';
import type { Plan } from '../planner/plan/planner-state.js';
import type { Warning } from '../profile/analysis/warnings.js';
import type { Echo } from '../runtime/spans/console-capture.js';
import type { Limits } from '../runtime/control/run-control.js';
import type { Runnable, Shared } from '../runtime/contract/runnable.js';
import type { EventOf } from '../trace/event/event.js';
import type { RecordingOptions } from './recording.js';
import type { Verification } from './verify/verify-run.js';
import type { Tags } from './origin/tags.js';

/** What to run: a request for the planner, an existing plan, or a flow built in code. */
export type Job =
  | Readonly<{
      kind: 'request';
      request: string;
      given?: Readonly<Record<string, unknown>>;
      planner: Runnable;
    }>
  | Readonly<{
      kind: 'plan';
      plan: Omit<Plan, 'origin' | 'reading'> & { origin: EventOf<'workflow.planned'>['origin'] };
      /** The file that the workflow was loaded from. */
      path?: string;
      /** Where to resume an earlier run. */
      resume?: Readonly<{ start: string; store: Shared }>;
    }>
  | Readonly<{
      kind: 'flow';
      runnable: Runnable;
      /** Initial content of the store. */
      shared: Readonly<Record<string, unknown>>;
    }>;

/** A workflow about to run, for the user to approve. */
export type Proposal = Readonly<{
  plan: Plan;
  /** Records the question to the user, and the answer, in the trace. */
  record: (change: 'asked' | 'answered', reason?: string) => void;
}>;

/** The user's decision. */
export type Agreement = Readonly<{
  /** The proposed plan itself, or the edited one. */
  plan: Plan;
  /** Store entries that only the user can give: the consent to delete. */
  consent: Readonly<Record<string, unknown>>;
  /** Asks the user about what a node is about to do with data from outside; false stops the run. */
  approve?: (use: DataUse) => Promise<boolean>;
}>;

/** Options of a run. */
export type SessionOptions = RecordingOptions &
  Readonly<{
    job: Job;
    types: NodeTypes;
    choice: ModelChoice;
    models: ModelSource;
    /** Tags of the run. They take precedence over those of PFLOW_TAGS and of the workflow. */
    tags?: Tags;
    /** The folder that the run belongs to; by default the working directory. */
    folder?: string;
    /** The run that this one reruns. */
    basedOn?: NonNullable<EventOf<'run.started'>['basedOn']>;
    /** Cancels the run. */
    signal?: AbortSignal;
    /** Spending limits; past them no new node or call starts. */
    limits?: Limits;
    /** Timeout of the whole run, in ms. */
    timeoutMs?: number | undefined;
    plannerTimeoutMs?: number | undefined;
    /** How long an answer of a model that has begun may pause, in ms. */
    idleMs?: number;
    /** Reads standard input, for a planned workflow with an input marked `stdin`. */
    stdin?: () => Promise<string>;
    /** Stops after planning: the workflow is the result. */
    planOnly?: boolean;
    /** Called before the workflow runs. Throws to stop the run. */
    confirm?: (proposal: Proposal) => Promise<Agreement>;
    /** Commands that judge the answers of a run that succeeded. */
    verify?: readonly Verification[];
    /** Warnings of what was found before the run, for its trace. */
    warnings?: readonly Warning[];
    /** Whether there is piped input that nothing has read, when the run has finished. */
    hasUnusedInput?: () => boolean;
    /** Where console output of nodes goes besides the trace; discarded by default. */
    echo?: Echo;
  }>;
