import { field, hasAny } from '../fields.js';
import type { Shape } from '../shape.js';

/** Ollama's own API: counts at the top level of the answer, in streams of its last line only. */
export const ollama: Shape = {
  matches: ({ usage }) => hasAny(usage, 'prompt_eval_count', 'eval_count'),
  read: ({ usage }) => ({
    source: 'ollama',
    counts: {
      input: field(usage, 'prompt_eval_count'),
      cacheRead: field(usage, 'prompt_eval_cached_count'),
      output: field(usage, 'eval_count'),
    },
    cache: 'inside',
    reasoning: 'inside',
  }),
};
