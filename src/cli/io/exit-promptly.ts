/** Exits a cancelled process although a file operation or a lookup of a host never returns. */

/**
 * process.exit waits for the threads that open a file of a dead network share or look up a host, which no signal interrupts.
 * While there is such a request, a cancelled process ends by SIGINT itself, after all listeners of `exit`; shells report both as
 * 130.
 */
export function exitPromptly(exit: (code: number) => never, code: number): never {
  if (code === CANCELLED && process.platform !== 'win32') {
    process.once('exit', () => {
      if (!process.getActiveResourcesInfo().some((each) => BLOCKING.test(each))) return;
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    });
  }
  return exit(code);
}

const CANCELLED = 130;
const BLOCKING = /^(?:FSReq|GetAddrInfoReq|GetNameInfoReq)/;
