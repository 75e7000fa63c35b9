/** Detects and reads piped standard input. */
import { spawnSync } from 'node:child_process';
import { fstatSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

let wasRead = false;

/** Whether stdin is a pipe, a file or a socket; a terminal and /dev/null are not. */
export function isPiped(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    return false;
  }
}

/** Reads all of standard input. Only called for a workflow with a stdin input: a pipe that stays open blocks. */
export function readStdin(): Promise<string> {
  wasRead = true;
  return text(process.stdin);
}

/**
 * Whether stdin has content that was never read. It is not read to find out: it may be the list that a loop of the shell
 * around this process goes through. false where that cannot be determined.
 */
export function hasUnreadInput(): boolean {
  if (wasRead) return false;
  try {
    const stdin = fstatSync(0);
    if (stdin.isFile()) return stdin.size > readPosition();
    if (!stdin.isFIFO() && !stdin.isSocket()) return false;
    return stdin.size > 0 || (process.platform === 'linux' && countBytesInPipe() > 0);
  } catch {
    return false;
  }
}

/** The position in the file that is stdin; 0 where the system does not tell. */
function readPosition(): number {
  try {
    return Number(/^pos:\s*(\d+)/m.exec(readFileSync('/proc/self/fdinfo/0', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * Node has no FIONREAD, and on Linux the size of a pipe is always 0. Perl is part of nearly every distribution and takes about 5 ms,
 * at the end of a run whose stdin is a pipe that nothing has read. The absolute path keeps PATH from choosing the program.
 */
function countBytesInPipe(): number {
  const { stdout } = spawnSync('/usr/bin/perl', ['-e', PERL], {
    stdio: ['inherit', 'pipe', 'ignore'],
    timeout: 1000,
  });
  return Number(stdout?.toString('latin1') || 0);
}

/** 0x541B is FIONREAD: the number of bytes that can be read. */
const PERL = '$n = pack("L", 0); ioctl(STDIN, 0x541B, $n) and print unpack("L", $n)';
