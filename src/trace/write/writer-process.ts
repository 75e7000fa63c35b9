import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who writes a trace, as its first event says. */
export type Writer = Readonly<{ pid?: unknown; pidSpace?: unknown }>;

/** How long a trace of another machine or container is believed to be written after its last write. */
const QUIET_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Whether the process that began a trace is gone for good. Its id says so only where ids mean the same processes as here: of
 * another machine or container no process can be asked, and only a trace that has long been quiet counts as left.
 */
export function isWriterGone({ pid, pidSpace: space }: Writer, quietMs: number): boolean {
  if (!isProcessId(pid)) return true;
  return space === undefined || space === pidSpace() ? !isAlive(pid) : quietMs > QUIET_MS;
}

/** What tells apart where a process id means another process: a machine, a container, a boot. It names none of them. */
export function pidSpace(): string {
  return (known ??= createHash('sha256')
    .update([hostname(), bootId(), pidNamespace()].join('\n'))
    .digest('hex')
    .slice(0, 16));
}

let known: string | undefined;

function bootId(): string {
  return orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
}

function pidNamespace(): string {
  return orNothing(() => readlinkSync('/proc/self/ns/pid'));
}

/** Not every system says. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** 0 and negative numbers would ask for groups of processes. */
function isProcessId(pid: unknown): pid is number {
  return Number.isInteger(pid) && (pid as number) > 0;
}

/** Whether a process goes on; one of another user counts. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isOver(pid);
}

/** Whether a process is only there until somebody asks how it ended, as Linux says behind its name (proc(5)). */
function isOver(pid: number): boolean {
  return /\) [ZX] [^)]*$/.test(orNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8')));
}
