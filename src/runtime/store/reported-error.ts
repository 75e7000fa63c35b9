/** Reads the error of a node that left by the action "error". */
import { messageOf, PflowError } from '../../lib/error.js';
import type { Shared } from '../contract/runnable.js';
import { isNamespace, findRoot } from './store.js';

/** The error that a node wrote before it returned the action "error" without throwing. */
export function readReportedError(shared: Shared, id: string): PflowError {
  const root = findRoot(shared);
  const reported = (isNamespace(root[id]) ? root[id] : root)['error'];
  return new PflowError(
    'node_failed',
    reported === undefined ? `Node '${id}' returned the action "error".` : messageOf(reported),
  );
}
