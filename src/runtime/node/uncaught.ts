/** Attributes uncaught errors and process.exit to the node that caused them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import { messageOf, PflowError } from '../../lib/error.js';

/** Fails the run that the current code belongs to; returns the run's error, or undefined if no node of a run is responsible. */
export type Attribute = (explain: (node: string) => PflowError) => PflowError | undefined;

/** Attribution for what the current async context may leak: errors thrown in callbacks, unhandled rejections, process.exit. */
export const attribution = new AsyncLocalStorage<Attribute>();

/**
 * Handles an uncaught error. Returns true if it belongs to a node, finished or not: then its run fails and the process must not
 * exit. To be called from the process's handlers for uncaught errors.
 */
export function handleUncaught(error: unknown): boolean {
  if (error instanceof PflowError && handled.has(error)) return true;
  const attributed = attribution.getStore()?.(
    (node) =>
      new PflowError('node_failed', `Node '${node}' caused an uncaught error: ${messageOf(error)}`, {
        cause: error,
        hint: 'Await every promise, and catch errors in callbacks.',
      }),
  );
  return attributed !== undefined;
}

/** Errors that have already failed their run. */
const handled = new WeakSet<PflowError>();

let interceptions = 0;
let originalExit: typeof process.exit | undefined;

/** Replaces `process.exit`: called by a node, it fails the node's run instead of ending the process. Returns the function that restores it. */
export function interceptExit(): () => void {
  if (interceptions++ === 0 && process.exit !== exitNode) {
    originalExit = process.exit;
    setExit(exitNode);
  }
  let active = true;
  return () => {
    if (!active) return;
    active = false;
    // If other code has replaced our function meanwhile, keep it below theirs: it then only forwards.
    if (--interceptions === 0 && process.exit === exitNode) setExit(originalExit!);
  };
}

/** Also updates ES module imports such as `import { exit } from 'node:process'`. */
function setExit(exit: typeof process.exit): void {
  process.exit = exit;
  syncBuiltinESMExports();
}

const exitNode: typeof process.exit = (code) => {
  const error = attribution.getStore()?.(
    (node) =>
      new PflowError('node_failed', `Node '${node}' called process.exit(${code ?? ''}).`, {
        hint: 'A node finishes by returning and fails by throwing.',
      }),
  );
  if (!error) return originalExit!(code);
  handled.add(error);
  throw error;
};
