import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import { messageOf, PflowError } from '../../lib/error.js';

/** Ends the run that the running code belongs to; gives the error it ends with, or nothing when no node of a run is to blame. */
export type Blame = (explain: (node: string) => PflowError) => PflowError | undefined;

/** Who is to blame for what the running code does past every promise: throw in a callback, leave a rejection, end the process. */
export const blaming = new AsyncLocalStorage<Blame>();

/**
 * Whether an error that nothing caught is a node's, also one that is over: then its run ends with it, and the process is to go on.
 * To be asked where the process hears of such an error.
 */
export function takeStray(error: unknown): boolean {
  if (error instanceof PflowError && taken.has(error)) return true;
  const blamed = blaming.getStore()?.(
    (node) =>
      new PflowError('node_failed', `Node '${node}' left an error that nothing caught: ${messageOf(error)}`, {
        cause: error,
        hint: 'Await every promise, and catch what is thrown in callbacks.',
      }),
  );
  return blamed !== undefined;
}

/** Errors that have ended their run already. */
const taken = new WeakSet<PflowError>();

let guards = 0;
let replaced: typeof process.exit | undefined;

/** From now on a node that calls `process.exit` ends its run in place of the process. Returns its own undo. */
export function guardExit(): () => void {
  if (guards++ === 0 && process.exit !== guarded) {
    replaced = process.exit;
    setExit(guarded);
  }
  let guarding = true;
  return () => {
    if (!guarding) return;
    guarding = false;
    // Where somebody else has put an exit of theirs over ours, ours stays below it and only passes on.
    if (--guards === 0 && process.exit === guarded) setExit(replaced!);
  };
}

/** Also for those who have it by `import { exit } from 'node:process'`. */
function setExit(exit: typeof process.exit): void {
  process.exit = exit;
  syncBuiltinESMExports();
}

const guarded: typeof process.exit = (code) => {
  const error = blaming.getStore()?.(
    (node) =>
      new PflowError('node_failed', `Node '${node}' called process.exit(${code ?? ''}).`, {
        hint: 'A node ends when it returns, and fails when it throws.',
      }),
  );
  if (!error) return replaced!(code);
  taken.add(error);
  throw error;
};
