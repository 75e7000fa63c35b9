/** Hosts with formats of their own: DashScope, Replicate, watsonx. */
import { addCounts, parseCount } from '../fields/count.js';
import { getField } from '../fields/fields.js';
import type { RoleCounts } from '../fields/read-counts.js';
import { omit } from '../fields/omit.js';
import { defineAdapter, hasField, type UsageAdapter } from './adapter.js';

/** DashScope's own API: inclusive; tokens of media are at the top level, searches are calls of a plugin. */
export const dashscope: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    hasField(candidate, 'prompt_tokens_details', 'plugins', 'x_details', ...mediaFields),
  parse: ({ usage, reported }) => {
    const searches = getField(usage, 'plugins', 'search', 'count');
    const counts: RoleCounts = { ...reported.counts };
    for (const [name, role] of media) {
      const count = getField(usage, name) ?? undefined;
      if (count !== undefined) counts[role] ??= count;
    }
    if (parseCount(searches)) counts.webSearches = searches;
    return {
      source: 'dashscope',
      counts,
      cache: 'inside',
      reasoning: 'inside',
      unconsumed: omit(reported.unconsumed, 'plugins.search.count', ...mediaFields),
    };
  },
};

const media = [
  ['image_tokens', 'inputImage'],
  ['audio_tokens', 'inputAudio'],
  ['video_tokens', 'inputVideo'],
] as const;
const mediaFields = media.map(([name]) => name);

/** Replicate's metrics of a prediction of a language model. */
export const replicate = defineAdapter(
  { source: 'replicate', cache: 'inside', reasoning: 'inside' },
  (candidate) => hasField(candidate, 'input_token_count') && hasField(candidate, 'output_token_count'),
);

/** watsonx.ai text generation: each result has counts of its own. */
export const watsonx: UsageAdapter = {
  matches: (candidate) => hasField(candidate, 'generated_token_count', 'input_token_count'),
  parse: ({ reported }) => ({
    source: 'watsonx',
    counts: { ...reported.counts, input: addCounts(reported.counts.input) },
    cache: 'inside',
    reasoning: 'inside',
  }),
};
