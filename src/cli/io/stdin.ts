/** Detects and reads piped standard input. */
import { fstatSync } from 'node:fs';
import { text } from 'node:stream/consumers';

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
  return text(process.stdin);
}
