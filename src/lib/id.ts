/** Creates and shortens run ids. */
import { randomUUID } from 'node:crypto';

/** Creates a run id: a random UUID. */
export function newRunId(): string {
  return randomUUID();
}

/** The first eight characters of a run id, used in file names and lists. */
export function shortRunId(runId: string): string {
  return runId.slice(0, 8);
}
