/** The shell node. */

import { z } from 'zod';
import { decodeBytes } from '../files/encoding.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput, expandPath } from '../files/file-problem.js';
import { isNoMatch } from './no-match.js';
import { startLiveOutput } from './live-output.js';
import { runCommand } from './run-command.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Runs a command line. */
export const shell = defineNode({
  type: 'shell',
  description: 'Runs a shell command and returns its output.',
  params: z.object({
    command: z.string().min(1).describe("Command line; write the shell's own ${x} as $${x}"),
    raw: z
      .boolean()
      .default(false)
      .describe('Whether to insert values of other nodes into `command` unquoted, as code'),
    stdin: z.unknown().optional().describe('Standard input of the command; anything but text becomes JSON'),
    cwd: z.string().optional().describe('Working directory (default: the current one)'),
    env: z.record(z.string(), scalar).default({}).describe('Additional environment variables'),
    timeout: z.number().positive().default(30).describe('Timeout in seconds'),
    ignore_errors: z.boolean().default(false).describe('Whether to succeed on exit codes other than 0'),
    strip_newline: z.boolean().default(true).describe('Whether to strip trailing newlines from the output'),
  }),
  outputs: z.object({
    stdout: z.string().describe('Standard output, or base64 if it is not text'),
    stderr: z.string().describe('Standard error, or base64 if it is not text'),
    exit_code: z
      .number()
      .describe(
        'Exit code; 0 means success, 1 also for grep or which without a match, 128 + n that signal n ended the command',
      ),
    stdout_is_binary: z.boolean().describe('Whether `stdout` is base64'),
    stderr_is_binary: z.boolean().describe('Whether `stderr` is base64'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['runs-commands'],
  exec: async ({ params, signal, log, traceparent }) => {
    const output = startLiveOutput();
    const ended = await runCommand(params.command, {
      stdin: params.stdin,
      cwd: params.cwd === undefined ? process.cwd() : expandPath(params.cwd),
      env: { ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }), ...params.env },
      timeoutMs: params.timeout * 1000,
      signal,
      onOutput: output.add,
    }).finally(output.finish);
    const [stdout, stderr] = [decodeBytes(ended.stdout), decodeBytes(ended.stderr)];
    if (stderr.text) log(stderr.binary ? 'The errors it printed are not text.' : stderr.text, 'stderr');
    const text = stdout.binary || stderr.binary ? undefined : stderr.text;
    const noMatch =
      text !== undefined && isNoMatch(params.command, { exitCode: ended.exitCode, stderr: text });
    const failed = ended.exitCode !== 0 && !params.ignore_errors && !noMatch;
    const trim = ({ text, binary }: typeof stdout) =>
      params.strip_newline && !binary ? stripNewlines(text) : text;
    return {
      stdout: trim(stdout),
      stderr: trim(stderr),
      exit_code: ended.exitCode,
      stdout_is_binary: stdout.binary,
      stderr_is_binary: stderr.binary,
      error: failed ? failureOf(ended.exitCode, stderr.binary ? '' : stderr.text) : undefined,
    };
  },
  // A failed command may have produced output, so its outputs are written and only the action signals the failure.
  post: ({ outputs }) => (outputs.error === undefined ? 'default' : 'error'),
});

/** A regular expression for the same takes quadratic time over text with many line breaks. */
function stripNewlines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return text.slice(0, end);
}

function failureOf(exitCode: number, stderr: string): string {
  const lastLine = stderr.trimEnd().split('\n').at(-1)?.trim();
  return `The command ended with exit code ${exitCode}${lastLine ? `: ${lastLine}` : '.'}`;
}
