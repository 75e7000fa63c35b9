import { messageOf, PflowError } from '../../lib/error.js';

/** How code is to be run, in whatever language. */
export type CodeOptions = Readonly<{
  /** The variables that it sees. */
  inputs: Readonly<Record<string, unknown>>;
  timeoutMs: number;
  signal: AbortSignal;
}>;

/** What code came to: a JSON value and the action it named, or an error with the line of the code it was thrown in. */
export type CodeOutcome = Readonly<
  { stdout: string; stderr: string } & ({ result: unknown; next?: string } | { error: string; line?: number })
>;

/** Data for code as JSON text. Throws a PflowError when it holds what JSON cannot say. */
export function asJson(data: unknown): string {
  try {
    return JSON.stringify(data, (_key, value: unknown) => value ?? null);
  } catch (cause) {
    const message = `The inputs of the code cannot be written as JSON: ${messageOf(cause)}`;
    throw new PflowError('node_failed', message, { cause });
  }
}
