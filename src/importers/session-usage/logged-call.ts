/** Defines the model calls that the session logs of coding agents record, as far as spending needs them. */
import type { Usage } from '../../usage/record/usage.js';

/** One call. */
export type LoggedCall = Readonly<{
  /** The agent's own id of the session. */
  session: string;
  /** When the response was recorded: ISO 8601, UTC, 24 characters. */
  at: string;
  provider: string;
  model: string;
  /** null if the log has no counts. */
  usage: Usage | null;
  /** The provider's ids of the response and the request. */
  response?: string | undefined;
  request?: string | undefined;
  /** The tools that the response called, each once. */
  tools: readonly string[];
  failed?: boolean;
  /** Whether a subscription paid for it; undefined if the log does not show that. */
  plan?: boolean | undefined;
  /** The folder that the agent worked in. */
  project?: string | undefined;
}>;

/** Where a later reading of a log that has grown continues. */
export type ReadingPoint = Readonly<{
  /** The byte at which the next reading starts. */
  offset: number;
  /** How many calls of this reading are final; the next reading returns the others again. */
  finalCalls: number;
  /** What the reader needs to continue, as JSON. */
  state: unknown;
}>;

/** What a reading of a log found. */
export type LogReading = Readonly<{
  calls: readonly LoggedCall[];
  /** undefined if the log is always read from its start. */
  next: ReadingPoint | undefined;
}>;

/** Reads the calls of a log from its lines. */
export type UsageReader = Readonly<{
  /** Reads complete lines, which begin at a byte of the log. */
  read(lines: Buffer, offset: number): void;
  /** The point after everything that was read. */
  point(offset: number): ReadingPoint;
  /** The calls so far, with those that only the end of the log determines. */
  finish(): readonly LoggedCall[];
}>;
