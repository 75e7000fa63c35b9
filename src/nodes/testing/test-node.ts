/** The test node. */

import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';

/** Ends with a given action, for tests and for learning about branches and loops. */
export const test = defineNode({
  type: 'test',
  description: 'For tests and learning: finishes with a given action, to try branches and loops.',
  params: z.object({
    test_input: z.unknown().default('default value').describe('Value to process'),
    action: z.enum(['default', 'error', 'retry']).default('default').describe('Action to finish with'),
    visits: z
      .number()
      .int()
      .nonnegative()
      .default(1)
      .describe("Number of first visits that finish with this action; later visits finish with 'default'"),
  }),
  outputs: z.object({ test_output: z.string().describe('The processed input') }),
  actions: ['error', 'retry'],
  exec: ({ params }) => ({ test_output: `Processed: ${String(params.test_input)}` }),
  post: ({ params: { action, visits }, visit }) => (visit <= visits ? action : 'default'),
});
