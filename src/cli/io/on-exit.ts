/** Registers cleanup callbacks that run when the command exits. */
const closers: (() => Promise<void>)[] = [];

/** Registers a callback to run when the command exits, whether it succeeded or failed. */
export function onExit(close: () => Promise<void>): void {
  closers.push(close);
}

/** Runs the registered callbacks concurrently. */
export async function runExitCallbacks(): Promise<void> {
  await Promise.allSettled(closers.splice(0).map((close) => close()));
}
