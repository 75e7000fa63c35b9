/** Ollama's own API: counts at the top level of the answer, in streams of its last line only. */
import { defineAdapter, hasField } from './adapter.js';

export const ollama = defineAdapter({ source: 'ollama', cache: 'inside', reasoning: 'inside' }, (candidate) =>
  hasField(candidate, 'prompt_eval_count', 'eval_count'),
);
