import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';

/** Gives back what it is given: for trying out workflows. */
export const echo = defineNode({
  type: 'echo',
  description: 'Gives back its message and data unchanged, for trying out workflows.',
  params: z.object({
    message: z.string().default('Hello, World!').describe('What to say'),
    count: z.number().int().min(1).max(10_000).default(1).describe('How often to say it'),
    data: z.unknown().optional().describe('Anything, passed through'),
    prefix: z.string().default('').describe('Put before each message'),
    suffix: z.string().default('').describe('Put after each message'),
    uppercase: z.boolean().default(false).describe('Whether to say it in capitals'),
  }),
  outputs: z.object({
    echo: z.string().describe('What was said'),
    data: z.unknown().optional().describe('The data, when there was any'),
    metadata: z
      .object({ original_message: z.string(), count: z.number(), modified: z.boolean() })
      .describe('The message before it was changed, and how often it was said'),
  }),
  exec: ({ params: { message, count, data, prefix, suffix, uppercase } }) => {
    const once = prefix + message + suffix;
    const all = Array.from({ length: count }, () => once).join(' ');
    const said = uppercase ? all.toUpperCase() : all;
    const modified = prefix !== '' || suffix !== '' || uppercase || count > 1;
    return { echo: said, data: data ?? undefined, metadata: { original_message: message, count, modified } };
  },
});
