import { z } from 'zod';
import { PflowError } from '../lib/error.js';
import { defineNode } from './define-node.js';
import { errorOutput } from './file-problem.js';
import { runJavaScript } from './run-javascript.js';

/** Computes with JavaScript. */
export const code = defineNode({
  type: 'code',
  description:
    'Computes a value with a JavaScript expression or function body over its inputs, without access to files, network or process.',
  params: z.object({
    code: z
      .string()
      .min(1)
      .describe(
        'An expression, or statements that return a value or assign it to `result`; ${x} in a template literal is written $${x}',
      ),
    inputs: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('The variables that the code sees, by name'),
    timeout: z.number().positive().default(30).describe('Seconds until it is stopped'),
  }),
  outputs: z.object({
    result: z.unknown().describe('The value, as JSON data'),
    stdout: z.string().describe('What console.log printed'),
    stderr: z.string().describe('What console.error printed'),
    error: errorOutput,
  }),
  actions: ['error'],
  exec: async ({ params: { code: source, inputs, timeout }, signal, log }) => {
    const outcome = await runJavaScript(source, { inputs, timeoutMs: timeout * 1000, signal });
    if (outcome.stdout) log(outcome.stdout, 'stdout');
    if (outcome.stderr) log(outcome.stderr, 'stderr');
    if ('error' in outcome)
      throw new PflowError(
        'node_failed',
        `The code failed${outcome.line === undefined ? '' : ` in line ${outcome.line}`}: ${outcome.error}`,
      );
    return { result: outcome.result, stdout: outcome.stdout, stderr: outcome.stderr };
  },
});
