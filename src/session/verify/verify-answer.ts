/** Judges an answer with a command of the user: it gets the answer on stdin, and passes it with exit code 0. */
import { spawn } from 'node:child_process';
import { PflowError } from '../../lib/error.js';

/** The verdict on an answer. `says` is the first line that the command printed, on stdout or stderr; '' without any. */
export type Verdict = Readonly<{ passed: boolean; code: number | null; says: string; ms: number }>;

/** Longer than any test that a person waits for. */
const LIMIT_MS = 10 * 60_000;

/** How much of the command's output is kept to find its first line. */
const MOST_OUTPUT = 64 * 1024;

/**
 * Runs the command in the user's shell with the answer on stdin: text as it is, anything else as JSON. Rejects with a PflowError
 * if there is no shell.
 */
export async function verifyAnswer(command: string, answer: unknown, signal?: AbortSignal): Promise<Verdict> {
  const started = performance.now();
  const child = spawn(command, {
    shell: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    ...(signal ? { signal } : {}),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    if (output.length < MOST_OUTPUT) output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A command that does not read its input closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(toText(answer));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new PflowError('usage', `The command that verifies could not be run: ${cause.message}`, { cause }),
      ),
    );
    child.on('close', resolve);
  });
  const says = output.split('\n').find((line) => line.trim() !== '') ?? '';
  return { passed: code === 0, code, says: says.trim(), ms: performance.now() - started };
}

/** An answer as the command and the user see it. */
export function toText(answer: unknown): string {
  return typeof answer === 'string' ? answer : (JSON.stringify(answer, undefined, 2) ?? '');
}
