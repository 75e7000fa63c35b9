import { addCounts } from '../count.js';
import { field, hasAny, listOf, type Fields } from '../fields.js';
import type { Shape } from '../shape.js';

/** Amazon Bedrock Converse: the input leaves out what was read from and written to the cache; the total has it. */
export const bedrockConverse: Shape = {
  matches: ({ usage, parent, provider }) =>
    hasAny(usage, 'inputTokens', 'outputTokens') &&
    (hasAny(usage, 'cacheReadInputTokens', 'cacheWriteInputTokens', 'cacheDetails') ||
      hasAny(parent, '$metadata') ||
      hasAny(field(parent, 'metrics'), 'latencyMs') ||
      (provider === 'bedrock' && !hasAny(usage, 'inputTokenDetails', 'cachedInputTokens'))),
  read: ({ usage, parent }) => ({
    source: 'bedrock-converse',
    counts: {
      input: field(usage, 'inputTokens'),
      cacheRead: field(usage, 'cacheReadInputTokens') ?? field(usage, 'cacheReadInputTokenCount'),
      cacheWrite: field(usage, 'cacheWriteInputTokens') ?? field(usage, 'cacheWriteInputTokenCount'),
      cacheWrite5m: written(usage, '5m'),
      cacheWrite1h: written(usage, '1h'),
      output: field(usage, 'outputTokens'),
      total: field(usage, 'totalTokens'),
    },
    cache: 'outside',
    reasoning: 'inside',
    serviceTier: field(parent, 'serviceTier', 'type'),
  }),
};

/** Bedrock InvokeModel: the metrics that end its streams, and the bodies of Llama and Titan, which count at the top level. */
export const bedrockInvoke: Shape = {
  matches: ({ usage }) =>
    hasAny(usage, 'inputTokenCount', 'outputTokenCount', 'generation_token_count', 'inputTextTokenCount'),
  read: ({ usage }) => ({
    source: 'bedrock-invoke',
    counts: {
      input:
        field(usage, 'inputTokenCount') ??
        field(usage, 'prompt_token_count') ??
        field(usage, 'inputTextTokenCount'),
      cacheRead: field(usage, 'cacheReadInputTokenCount'),
      cacheWrite: field(usage, 'cacheWriteInputTokenCount'),
      output:
        field(usage, 'outputTokenCount') ??
        field(usage, 'generation_token_count') ??
        addCounts(...listOf(field(usage, 'results')).map((result) => field(result, 'tokenCount'))),
    },
    cache: 'outside',
    reasoning: 'inside',
  }),
};

function written(usage: Fields, ttl: string): unknown {
  const details = listOf(field(usage, 'cacheDetails')).filter((each) => field(each, 'ttl') === ttl);
  return addCounts(...details.map((each) => field(each, 'inputTokens')));
}
