/** What happens to a program from outside while it has the screen. */
export type ExitHandlers = Readonly<{
  /** The program is told to end. */
  signal(signal: NodeJS.Signals): void;
  /** The program is ending now, whatever the reason: only synchronous work is left. */
  ending(): void;
  /** The program is told to stop for a while, and goes on. */
  suspend(): void;
  resume(): void;
}>;

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Watches for every way a program can lose its terminal. The returned function stops watching. */
export function watchExits(handlers: ExitHandlers): () => void {
  const listeners: [string, () => void][] = [
    // A tick later: Ink's own listener ends the process when it finds itself alone with a signal, so ours must stand until it has looked.
    ...endSignals.map((signal): [string, () => void] => [
      signal,
      () => setImmediate(handlers.signal, signal),
    ]),
    ['SIGTSTP', () => handlers.suspend()],
    ['SIGCONT', () => handlers.resume()],
    ['exit', () => handlers.ending()],
    // Called before an uncaught error is printed, which must happen on the ordinary screen. Where somebody handles such errors, the program may go on.
    ['uncaughtExceptionMonitor', () => process.listenerCount('uncaughtException') === 0 && handlers.ending()],
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}
