import { addCounts } from '../count.js';
import { getField, hasAny, toList, type Fields } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/** Amazon Bedrock Converse: the input leaves out what was read from and written to the cache; the total has it. */
export const bedrockConverse: UsageAdapter = {
  matches: ({ usage, parent, provider }) =>
    hasAny(usage, 'inputTokens', 'outputTokens') &&
    (hasAny(usage, 'cacheReadInputTokens', 'cacheWriteInputTokens', 'cacheDetails') ||
      hasAny(parent, '$metadata') ||
      hasAny(getField(parent, 'metrics'), 'latencyMs') ||
      (provider === 'bedrock' && !hasAny(usage, 'inputTokenDetails', 'cachedInputTokens'))),
  read: ({ usage, parent }) => ({
    source: 'bedrock-converse',
    counts: {
      input: getField(usage, 'inputTokens'),
      cacheRead: getField(usage, 'cacheReadInputTokens') ?? getField(usage, 'cacheReadInputTokenCount'),
      cacheWrite: getField(usage, 'cacheWriteInputTokens') ?? getField(usage, 'cacheWriteInputTokenCount'),
      cacheWrite5m: written(usage, '5m'),
      cacheWrite1h: written(usage, '1h'),
      output: getField(usage, 'outputTokens'),
      total: getField(usage, 'totalTokens'),
    },
    cache: 'outside',
    reasoning: 'inside',
    serviceTier: getField(parent, 'serviceTier', 'type'),
  }),
};

/** Bedrock InvokeModel: the metrics that end its streams, and the bodies of Llama and Titan, which count at the top level. */
export const bedrockInvoke: UsageAdapter = {
  matches: ({ usage }) =>
    hasAny(usage, 'inputTokenCount', 'outputTokenCount', 'generation_token_count', 'inputTextTokenCount'),
  read: ({ usage }) => ({
    source: 'bedrock-invoke',
    counts: {
      input:
        getField(usage, 'inputTokenCount') ??
        getField(usage, 'prompt_token_count') ??
        getField(usage, 'inputTextTokenCount'),
      cacheRead: getField(usage, 'cacheReadInputTokenCount'),
      cacheWrite: getField(usage, 'cacheWriteInputTokenCount'),
      output:
        getField(usage, 'outputTokenCount') ??
        getField(usage, 'generation_token_count') ??
        addCounts(...toList(getField(usage, 'results')).map((result) => getField(result, 'tokenCount'))),
    },
    cache: 'outside',
    reasoning: 'inside',
  }),
};

function written(usage: Fields, ttl: string): unknown {
  const details = toList(getField(usage, 'cacheDetails')).filter((each) => getField(each, 'ttl') === ttl);
  return addCounts(...details.map((each) => getField(each, 'inputTokens')));
}
