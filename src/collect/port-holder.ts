/** Finds the process that listens on a port of this machine. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process: its id and command. */
export type PortHolder = Readonly<{ pid: number; command: string }>;

/** The process that listens on a TCP port; undefined where /proc does not tell: on another system, or of another user. */
export function findPortHolder(port: number): PortHolder | undefined {
  const inodes = new Set([...listenersIn('/proc/net/tcp', port), ...listenersIn('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (socketsOf(pid).some((inode) => inodes.has(inode)))
      return { pid: Number(pid), command: commandOf(pid) };
  }
  return undefined;
}

/** The inodes of the sockets in state LISTEN (0A); addresses are in hexadecimal. See proc_pid_net(5). */
function listenersIn(file: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
      .map((fields) => fields[9]!);
  } catch {
    return [];
  }
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ').trim();
  } catch {
    return '';
  }
}
