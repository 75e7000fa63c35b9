/** The fuzz target for commands: each that reads a trace is run on a damaged one, and its output is checked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../src/cli/cli.js';
import type { Random } from './random.js';
import { makeTrace } from './trace-target.js';

const formats = ['markdown', 'html', 'otlp', 'speedscope', 'chrome', 'folded', 'csv'] as const;

/** The arguments of the commands that read a trace. */
const commands: readonly ((path: string, random: Random) => readonly string[])[] = [
  (path) => ['trace', 'show', path],
  (path) => ['trace', 'show', path, '--output-format', 'json'],
  (path) => ['trace', 'verify', path],
  (path) => ['trace', 'diff', path, path],
  (path) => ['trace', 'diff', path, path, '--output-format', 'json'],
  (path) => ['whatif', path, '--model', 'openai/gpt-5-mini'],
  (path) => ['whatif', path, '--no-cache', '--output-format', 'json'],
  (path, random) => ['trace', 'export', path, '--format', random.pick(formats)],
];

/** Runs a command on a damaged trace in this process. Throws what the command throws, a PflowError included. */
export async function runOnDamaged(random: Random, folder: string): Promise<string[]> {
  const path = join(folder, 'trace.jsonl');
  writeFileSync(path, makeTrace(random));
  const args = random.pick(commands)(path, random);
  const output = await captureOutput(() => runCli(args, leaveTest));
  const problems: string[] = [];
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(output))
    problems.push(`a control character in the output of ${args.filter((arg) => arg !== path).join(' ')}`);
  if (args.includes('json')) JSON.parse(output);
  return problems;
}

/** What `work` writes to stdout. stderr, where warnings go, is silenced. */
async function captureOutput(work: () => Promise<unknown>): Promise<string> {
  const { stdout, stderr } = process;
  const [writeOut, writeErr] = [stdout.write, stderr.write];
  let output = '';
  stdout.write = ((text: string | Uint8Array) => {
    output += String(text);
    return true;
  }) as typeof stdout.write;
  stderr.write = (() => true) as typeof stderr.write;
  try {
    await work();
    return output;
  } finally {
    stdout.write = writeOut;
    stderr.write = writeErr;
  }
}

function leaveTest(code: number): never {
  throw new Error(`the command would end the process with code ${code}`);
}
