/** Inputs and results of code in any language. */

import { messageOf, PflowError } from '../../lib/error.js';

/** A request to run code. */
export type CodeOptions = Readonly<{
  /** The variables visible to the code. */
  inputs: Readonly<Record<string, unknown>>;
  timeoutMs: number;
  signal: AbortSignal;
}>;

/** The result of code: a JSON value and an action, or an error with its line. */
export type CodeOutcome = Readonly<
  { stdout: string; stderr: string } & ({ result: unknown; next?: string } | { error: string; line?: number })
>;

/** Serializes data for code as JSON. Throws a PflowError for values without a JSON form. */
export function asJson(data: unknown): string {
  try {
    return JSON.stringify(data, (_key, value: unknown) => value ?? null);
  } catch (cause) {
    const message = `The inputs of the code cannot be written as JSON: ${messageOf(cause)}`;
    throw new PflowError('node_failed', message, { cause });
  }
}
