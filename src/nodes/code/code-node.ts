/** The code node. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import { detectLanguage } from './detect-language.js';
import { runJavaScript } from './run-javascript.js';
import { runPython } from './run-python.js';

/** Runs JavaScript or Python. */
export const code = defineNode({
  type: 'code',
  description:
    'Computes a value with JavaScript (an expression or function body, without access to files, network or processes) or Python.',
  params: z.object({
    code: z
      .string()
      .min(1)
      .describe(
        'An expression, or statements that return a value or assign it to `result`; text assigned to `next` chooses the action. Templates in it are not resolved: pass values in `inputs`',
      ),
    language: z
      .enum(['javascript', 'python'])
      .optional()
      .describe(
        'Language of the code, detected from its syntax by default; Python requires python3 and runs with the permissions of the user',
      ),
    inputs: z.record(z.string(), z.unknown()).default({}).describe('Variables for the code, by name'),
    timeout: z.number().positive().default(30).describe('Timeout in seconds'),
    requires: z.array(z.string()).optional().describe('Packages that the code imports (documentation only)'),
  }),
  outputs: z.object({
    result: z.unknown().describe('Computed value as JSON data'),
    stdout: z.string().describe('Standard output'),
    stderr: z.string().describe('Standard error'),
    next: z.string().optional().describe('Action that the code chose'),
    error: errorOutput,
  }),
  actions: ['error'],
  anyAction: true,
  verbatim: ['code'],
  // Without effects, unless it is a Python program.
  effects: ['runs-commands'],
  effectsOf: ({ language, code: source }) =>
    languageOf(language, source) === 'javascript' ? [] : ['runs-commands'],
  exec: async ({ params: { code: source, language, inputs, timeout }, signal, log }) => {
    const run = languageOf(language, source) === 'python' ? runPython : runJavaScript;
    const outcome = await run(source, { inputs, timeoutMs: timeout * 1000, signal });
    if (outcome.stdout) log(outcome.stdout, 'stdout');
    if (outcome.stderr) log(outcome.stderr, 'stderr');
    if ('error' in outcome) {
      const place = outcome.line === undefined ? '' : ` in line ${outcome.line}`;
      throw new PflowError('node_failed', `The code failed${place}: ${outcome.error}`);
    }
    return outcome;
  },
  post: ({ outputs }) => outputs.next,
});

/** The declared language. Code is no template, so its language is known before a run. */
function languageOf(language: unknown, source: unknown): unknown {
  return language ?? (typeof source === 'string' ? detectLanguage(source) : 'javascript');
}
