import { getField, hasAny } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/** Ollama's own API: counts at the top level of the answer, in streams of its last line only. */
export const ollama: UsageAdapter = {
  matches: ({ usage }) => hasAny(usage, 'prompt_eval_count', 'eval_count'),
  read: ({ usage }) => ({
    source: 'ollama',
    counts: {
      input: getField(usage, 'prompt_eval_count'),
      cacheRead: getField(usage, 'prompt_eval_cached_count'),
      output: getField(usage, 'eval_count'),
    },
    cache: 'inside',
    reasoning: 'inside',
  }),
};
