import { messageOf, PflowError } from '../../lib/error.js';
import type { Shared } from '../contract/runnable.js';
import { isNamespace, rootOf } from './store.js';

/** What a node said before it left by "error" without throwing. */
export function reportedError(shared: Shared, id: string): PflowError {
  const root = rootOf(shared);
  const said = (isNamespace(root[id]) ? root[id] : root)['error'];
  return new PflowError(
    'node_failed',
    said === undefined ? `Node '${id}' ended with the action "error".` : messageOf(said),
  );
}
