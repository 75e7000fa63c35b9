/** Defines the lines of the ledger, version 1: one per model call and one per run, without any text of prompts or responses. */
import type { Totals } from '../../profile/run/run-state.js';
import type { EventOf, RunStatus, SpanStatus } from '../../trace/event/event.js';
import type { CostSource, Usage } from '../../usage/record/usage.js';

/** The version of the lines, in their field `v`. */
export const LEDGER_VERSION = 1;

/**
 * How a run was recorded; `replayed` marks a call whose response came from a recording, `session` one that is read from the log of
 * a coding agent and is in no ledger file.
 */
export type LedgerSource = NonNullable<EventOf<'run.started'>['source']> | 'replayed' | 'session';

/** The counts of a usage: inclusive, as in usage/. A reported cost is included only if it belongs to one of several models. */
export type LedgerUsage = Omit<Usage, 'parts' | 'warnings' | 'source' | 'convention'>;

/** The usage of one model in a call. */
export type ModelUsage = Readonly<{ model: string; provider?: string; usage: LedgerUsage }>;

/** Fields of both kinds of lines. Absent means unknown or not applicable. */
type CommonFields = Readonly<{
  v: number;
  /** The run's id. */
  run: string;
  /** When the call or the run started: ISO 8601, UTC. Its month selects the file. */
  at: string;
  /** The time zone of the user at that time, an IANA name. */
  tz?: string;
  /** The name of the workflow. */
  workflow?: string;
  /** Duration in ms; null if it did not finish. */
  ms: number | null;
  tags?: Readonly<Record<string, string>>;
  /** The project's folder, and its commit. */
  project?: string;
  commit?: string;
  source: LedgerSource;
  /** The path of the trace, which may have been pruned since. */
  trace?: string;
}>;

/** One model call. */
export type CallLine = CommonFields &
  Readonly<{
    /** The call's identity: see call-identity.ts. Lines with the same identity describe the same call. */
    id: string;
    /** A second identity, by which another record of the same call may be known. */
    alias?: string;
    /** The call's span in its trace. */
    span: number;
    /** `planner` for the calls that planned the workflow. */
    stage?: 'planner';
    /** The node; for a node of a nested workflow its path, separated by `/`. */
    node?: string;
    /** The SHA-256 of the node's prompt template, first 12 digits. */
    prompt?: string;
    /** The session of a coding agent. */
    session?: string;
    /** The tools that the response called, each once, separated by ` + `. */
    tool?: string;
    provider: string;
    /** The responding model, else the requested one. */
    model: string;
    /** The requested model, if the response names another. */
    requested?: string;
    /** One entry per model; empty if no usage is known. */
    usages: readonly ModelUsage[];
    /** Whether the counts are estimates. */
    estimated?: true;
    /** Estimated output tokens of a call that was interrupted while it streamed. */
    streamed?: number;
    /** Whether a response had no usage. */
    answered?: true;
    /** Counts that belong to no single model in `usages`. */
    unconsumed?: Readonly<Record<string, number>>;
    incomplete?: true;
    /** The cost that was reported with the response, in USD. It takes precedence over any price. */
    reported?: Readonly<{ usd: number; source?: CostSource }>;
    /** The cost in USD at the prices known when the line was written; null if unknown. */
    usd: number | null;
    /** The cost of a replayed call at the time of its recording, in USD, at the same prices. */
    recordedUsd?: number | null;
    /** The response came from a local server or a gateway's cache and cost nothing. */
    free?: true;
    /** Milliseconds to the first chunk of the response. */
    firstTokenMs?: number;
    /** `unfinished`: the run was stopped during the call. */
    status: SpanStatus | 'unfinished';
    /** Whether the response was billed and discarded. */
    wasted?: true;
    /** The number of the attempt if the call, or a node around it, was tried again: from 2. */
    attempt?: number;
    /** Whether input tokens were read from a prompt cache. */
    cached?: true;
    /** The verdict of the user's command on the node (by its path), or without one on the run that the call was made for. */
    verdict?: Readonly<{ node?: string; passed: boolean }>;
    /** The call is covered by a subscription; its cost is the equivalent API cost. */
    plan?: true;
  }>;

/** One run. */
export type RunLine = CommonFields &
  Readonly<{
    kind: 'run';
    /** `killed`: its process disappeared without finishing it. */
    status: RunStatus | 'killed';
    /** What identifies the workflow: see identify-workflow.ts. */
    identity?: string;
    /** The SHA-256 of the workflow, as the trace has it. */
    hash?: string;
    /** The line was appended later than at the end of the run: see read-runs.ts. */
    late?: true;
    /** The node that failed. */
    failed?: string;
    /** The models that were called, as `provider/model`. */
    models: readonly string[];
    /** Sums over its calls: those of Totals that are not zero, at the prices known when the line was written. */
    totals: Partial<Totals>;
    /** How long of `ms` the run waited for its user. */
    waited?: number;
    /** Not the whole workflow ran: it was only planned, or continued an earlier run. */
    partial?: true;
    /** The nodes of the workflow by path, over all visits; absent for more than MAX_NODES. */
    nodes?: Readonly<Record<string, NodeSums>>;
  }>;

/** What one node used, with the nodes inside it: ms without waiting, and calls, tokens and USD where it called a model. */
export type NodeSums = Readonly<{ ms: number; calls?: number; tokens?: number; usd?: number }>;

export type LedgerLine = CallLine | RunLine;

/** Whether a line is about a run. */
export function isRunLine(line: LedgerLine): line is RunLine {
  return 'kind' in line && line.kind === 'run';
}
