const closers: (() => Promise<void>)[] = [];

/** Has something closed when the command is over, whatever its end. */
export function closeAtEnd(close: () => Promise<void>): void {
  closers.push(close);
}

/** Closes what was opened for the command, all at once. */
export async function cleanUp(): Promise<void> {
  await Promise.allSettled(closers.splice(0).map((close) => close()));
}
