/** The test-structured node. */

import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';

/** Returns nested data, for tests and for learning about templates. */
export const testStructured = defineNode({
  type: 'test-structured',
  description:
    'For tests and learning: outputs nested data to try templates such as ${node.user_data.profile.name}.',
  params: z.object({ user_id: z.string().default('test-user-123').describe('Id of the sample user') }),
  outputs: z.object({
    user_data: z
      .object({
        id: z.string(),
        profile: z.object({ name: z.string(), email: z.string(), age: z.number() }),
        preferences: z.object({ theme: z.string(), notifications: z.boolean() }),
      })
      .describe('Sample user'),
    tags: z.array(z.object({ name: z.string(), color: z.string() })).describe("The user's tags"),
  }),
  exec: ({ params: { user_id } }) => ({
    user_data: {
      id: user_id,
      profile: { name: 'Test User', email: 'test@example.com', age: 25 },
      preferences: { theme: 'dark', notifications: true },
    },
    tags: [
      { name: 'premium', color: 'gold' },
      { name: 'verified', color: 'blue' },
    ],
  }),
});
