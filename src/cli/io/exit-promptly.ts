/** Exits a cancelled process although a file operation or a lookup of a host never returns. */
import { setTimeout as wait } from 'node:timers/promises';

/**
 * process.exit waits for the threads that open a file of a dead network share or look up a host, which no signal interrupts.
 * While there is such a request, a cancelled process ends by SIGINT itself, after all listeners of `exit`; shells report both as
 * 130, but not every parent does: `settleRequests` comes first where there is time.
 */
export function exitPromptly(exit: (code: number) => never, code: number): never {
  if (code === CANCELLED && process.platform !== 'win32') {
    process.once('exit', () => {
      if (!isBlocked()) return;
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    });
  }
  return exit(code);
}

/** Waits for requests that are about to finish, as a read of the trace is, but not longer than a user notices. Returns the exit code. */
export async function settleRequests<Code extends number>(code: Code): Promise<Code> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (code === CANCELLED && isBlocked() && performance.now() < until) await wait(POLL_MS);
  return code;
}

function isBlocked(): boolean {
  return process.getActiveResourcesInfo().some((each) => BLOCKING.test(each));
}

const LONGEST_WAIT_MS = 300;
const POLL_MS = 5;
const CANCELLED = 130;
const BLOCKING = /^(?:FSReq|GetAddrInfoReq|GetNameInfoReq)/;
