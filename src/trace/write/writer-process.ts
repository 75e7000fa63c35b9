/** Detects whether the process that writes a trace still runs. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The writer of a trace, from its first event. */
export type Writer = Readonly<{ pid?: unknown; pidSpace?: unknown }>;

/** A trace written on another machine or container counts as abandoned after this time without a write. */
const QUIET_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Whether the process that writes a trace has exited. A process id is only meaningful within the same pid space; a
 * process of another machine or container cannot be queried, so its trace counts as abandoned after a long time without
 * writes.
 */
export function isWriterGone({ pid, pidSpace: space }: Writer, quietMs: number): boolean {
  if (!isProcessId(pid)) return true;
  return space === undefined || space === getPidSpace() ? !isAlive(pid) : quietMs > QUIET_MS;
}

/** An anonymous hash of the machine, container and boot within which a process id identifies a process. */
export function getPidSpace(): string {
  return (known ??= createHash('sha256')
    .update([hostname(), bootId(), pidNamespace()].join('\n'))
    .digest('hex')
    .slice(0, 16));
}

let known: string | undefined;

function bootId(): string {
  return readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
}

function pidNamespace(): string {
  return readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));
}

/** Not every system has these files. */
function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Excludes 0 and negative numbers, which process.kill takes for process groups. */
function isProcessId(pid: unknown): pid is number {
  return Number.isInteger(pid) && (pid as number) > 0;
}

/** Whether a process runs; one of another user counts. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Whether a process has exited but was not reaped yet, by the state after its name in Linux's /proc/<pid>/stat (proc(5)). */
function isZombie(pid: number): boolean {
  return /\) [ZX] [^)]*$/.test(readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8')));
}
