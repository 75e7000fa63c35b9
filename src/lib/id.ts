import { randomUUID } from 'node:crypto';

/** A new run id: a random UUID. Its first eight characters are enough to name a run to a person. */
export function newRunId(): string {
  return randomUUID();
}

/** The short form of a run id, as it stands in file names and lists. */
export function shortRunId(runId: string): string {
  return runId.slice(0, 8);
}
