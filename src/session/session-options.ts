import type { NodeTypes } from '../compile/compile.js';
import type { Clock } from '../lib/clock.js';
import type { ModelChoice } from '../llm/select/choose-model.js';
import type { ModelSource } from '../llm/client/client.js';
import type { Plan } from '../planner/plan/planner-state.js';
import type { PriceTable } from '../pricing/table/price-table.js';
import type { Echo } from '../runtime/spans/console-capture.js';
import type { Limits } from '../runtime/control/run-control.js';
import type { Runnable, Shared } from '../runtime/contract/runnable.js';
import type { CaptureLevel } from '../trace/capture/capture.js';
import type { EventOf } from '../trace/event/event.js';

/** What is to be run: a request for the planner, a plan that is already there, or a flow that somebody built in code. */
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
      /** Where an earlier run stood, for one that goes on from there. */
      resume?: Readonly<{ start: string; store: Shared }>;
    }>
  | Readonly<{
      kind: 'flow';
      runnable: Runnable;
      /** What the store holds at first. */
      shared: Readonly<Record<string, unknown>>;
    }>;

/** A workflow that is about to run, for a person to agree to. */
export type Proposal = Readonly<{
  plan: Plan;
  /** Notes in the trace that a person is asked, and what the answer was. */
  record: (change: 'asked' | 'answered', reason?: string) => void;
}>;

/** What was agreed to. */
export type Agreement = Readonly<{
  /** The proposed plan itself, or what was made of it. */
  plan: Plan;
  /** What only a person can put into the store: the consent to delete. */
  consent: Readonly<Record<string, unknown>>;
}>;

/** What a run needs. */
export type SessionOptions = Readonly<{
  /** What to call the run in lists and file names. */
  name: string;
  job: Job;
  types: NodeTypes;
  choice: ModelChoice;
  models: ModelSource;
  prices: PriceTable;
  env: Readonly<Record<string, string | undefined>>;
  /** The folder for the trace file; undefined writes none. */
  traceDir?: string | undefined;
  capture?: CaptureLevel;
  redact?: boolean;
  simulated?: boolean;
  /** Cancels the run. */
  signal?: AbortSignal;
  /** What the run may spend; past it no new node or call is begun. */
  limits?: Limits;
  /** The whole run's limit in ms. */
  timeoutMs?: number | undefined;
  plannerTimeoutMs?: number | undefined;
  /** Reads what is piped in, for a planned workflow with an input marked `stdin`. */
  stdin?: () => Promise<string>;
  /** Ends the run with the plan: its workflow is the result. */
  planOnly?: boolean;
  /** Asked before the workflow runs. Throws to stop it. */
  confirm?: (proposal: Proposal) => Promise<Agreement>;
  onWarning?: (message: string) => void;
  /** Where what nodes print with `console` is heard besides the trace; nowhere by default. */
  echo?: Echo;
  clock?: Clock;
}>;
