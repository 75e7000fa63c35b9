import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const NAME = 'PFLOW_PROCESS';

/** An environment for a process by which all that it starts can be found again, also what has left its group and its session. */
export type ProcessMark = Readonly<{ [NAME]: string }>;

export function newProcessMark(): ProcessMark {
  return { [NAME]: randomUUID() };
}

/** Sends a signal to everything that carries one of the marks. Only Linux tells what environment a process has; elsewhere nothing happens. */
export function signalMarked(marks: Iterable<ProcessMark>, signal: NodeJS.Signals): void {
  const wanted = new Set(Array.from(marks, (mark) => `${NAME}=${mark[NAME]}`));
  if (process.platform !== 'linux' || wanted.size === 0) return;
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (pid !== process.pid && environment.some((entry) => wanted.has(entry))) process.kill(pid, signal);
    } catch {
      // Somebody else's, or gone already.
    }
  }
}
