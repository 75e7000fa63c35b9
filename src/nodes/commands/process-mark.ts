/** Marks processes through their environment to find all descendants. */

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const NAME = 'PFLOW_PROCESS';

/** An environment that identifies all descendants of a process, including those that left its group and session. */
export type ProcessMark = Readonly<{ [NAME]: string }>;

export function newProcessMark(): ProcessMark {
  return { [NAME]: randomUUID() };
}

/** Signals every process with one of the marks. Linux only: elsewhere the environment of a process is not readable. */
export function signalMarked(marks: Iterable<ProcessMark>, signal: NodeJS.Signals): void {
  const wanted = new Set(Array.from(marks, (mark) => `${NAME}=${mark[NAME]}`));
  if (process.platform !== 'linux' || wanted.size === 0) return;
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`);
      if (pid === process.pid || !environment.includes(NAME)) continue;
      if (
        environment
          .toString()
          .split('\0')
          .some((entry) => wanted.has(entry))
      )
        process.kill(pid, signal);
    } catch {
      // Not ours, or already exited.
    }
  }
}
