/** Handles signals and process exit while the program owns the screen. */

/** Callbacks for events that take the terminal away from the program. */
export type ExitHandlers = Readonly<{
  /** A termination signal arrived. */
  signal(signal: NodeJS.Signals): void;
  /** The process is exiting, for any reason: only synchronous work is possible. */
  ending(): void;
  /** SIGTSTP arrived; SIGCONT resumes the program. */
  suspend(): void;
  resume(): void;
}>;

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Subscribes to every way in which a program can lose its terminal. Returns the unsubscribe function. */
export function watchExits(handlers: ExitHandlers): () => void {
  const listeners: [string, () => void][] = [
    // Deferred by a tick: Ink's own listener exits the process when it is the only listener of a signal, so ours must still be registered then.
    ...endSignals.map((signal): [string, () => void] => [
      signal,
      () => setImmediate(handlers.signal, signal),
    ]),
    ['SIGTSTP', () => handlers.suspend()],
    ['SIGCONT', () => handlers.resume()],
    ['exit', () => handlers.ending()],
    // Runs before an uncaught error is printed, which must happen on the main screen. If a handler for uncaught errors exists, the program may continue.
    ['uncaughtExceptionMonitor', () => process.listenerCount('uncaughtException') === 0 && handlers.ending()],
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}
