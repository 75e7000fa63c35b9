import { fstatSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** Whether something is piped or redirected into the process: a terminal and /dev/null are neither. */
export function isPiped(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    return false;
  }
}

/** All of standard input. Only called for a workflow that wants it: a pipe that nobody closes is waited for. */
export function readStdin(): Promise<string> {
  return text(process.stdin);
}
