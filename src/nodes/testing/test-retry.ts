/** The test-retry node. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';

/** Fails before it succeeds, for tests and for learning about retries. */
export const testRetry = defineNode({
  type: 'test-retry',
  description: 'For tests and learning: fails on its first attempts (of three) and then succeeds.',
  params: z.object({
    retry_input: z.string().default('test data').describe('Value to process'),
    failures: z
      .number()
      .int()
      .nonnegative()
      .default(2)
      .describe('Number of failing attempts; with 3 the node fails'),
  }),
  outputs: z.object({ retry_output: z.string().describe('The processed input') }),
  actions: ['error'],
  retries: { maxAttempts: 3, waitMs: 100 },
  // An instance serves concurrent runs, so the attempt counter belongs to the prepared state.
  prep: () => ({ attempts: 0 }),
  exec: ({ params: { retry_input, failures }, prepared }) => {
    prepared.attempts++;
    if (prepared.attempts <= failures)
      throw new PflowError('node_failed', `Attempt ${prepared.attempts} fails as configured.`);
    return { retry_output: `Processed with retry support: ${retry_input}` };
  },
});
