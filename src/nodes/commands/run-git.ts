/** Runs git. */

import { PflowError } from '../../lib/error.js';
import { expandPath } from '../files/file-problem.js';
import { runProgram } from './run-command.js';

const TIMEOUT_MS = 60_000;

/** Runs git in a folder and returns its output. Its stderr becomes the error. */
export async function runGit(
  args: readonly string[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<string> {
  const { stdout, stderr, exitCode } = await runProgram('git', ['--no-pager', ...args], {
    stdin: undefined,
    cwd: expandPath(folder),
    // No prompts, no translated messages, no optional locks.
    env: { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (exitCode === 0) return stdout.toString('utf8');
  const said = stderr
    .toString('utf8')
    .trim()
    .split('\n')[0]!
    .replace(/^(fatal|error): /, '');
  throw new PflowError(
    'node_failed',
    `git cannot do that in '${folder}': ${said || `exit code ${exitCode}`}.`,
  );
}
