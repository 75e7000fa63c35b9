/** Derives the id of an imported run from the trace that it was converted from. */
import { createHash } from 'node:crypto';

/** A UUID (version 8) that is the same for every import of a trace. An id that already is a UUID is kept. */
export function toRunId(format: string, id: string): string {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)) return id;
  const hash = createHash('sha256').update(`${format}/${id}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
