/** The echo node. */

import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';

/** Returns its input, for trying out workflows. */
export const echo = defineNode({
  type: 'echo',
  description: 'Returns its message and data unchanged, for trying out workflows.',
  params: z.object({
    message: z.string().default('Hello, World!').describe('Message to return'),
    count: z.number().int().min(1).max(10_000).default(1).describe('Number of repetitions'),
    data: z.unknown().optional().describe('Any value, passed through'),
    prefix: z.string().default('').describe('Prefix of each message'),
    suffix: z.string().default('').describe('Suffix of each message'),
    uppercase: z.boolean().default(false).describe('Whether to convert the message to upper case'),
  }),
  outputs: z.object({
    echo: z.string().describe('The resulting message'),
    data: z.unknown().optional().describe('The data, if any was given'),
    metadata: z
      .object({ original_message: z.string(), count: z.number(), modified: z.boolean() })
      .describe('The original message and the number of repetitions'),
  }),
  exec: ({ params: { message, count, data, prefix, suffix, uppercase } }) => {
    const once = prefix + message + suffix;
    const all = Array.from({ length: count }, () => once).join(' ');
    const said = uppercase ? all.toUpperCase() : all;
    const modified = prefix !== '' || suffix !== '' || uppercase || count > 1;
    return { echo: said, data: data ?? undefined, metadata: { original_message: message, count, modified } };
  },
});
