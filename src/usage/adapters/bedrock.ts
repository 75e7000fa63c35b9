/** Amazon Bedrock: Converse, the metrics of InvokeModel streams, and the bodies of Nova, Llama and Titan. */
import { addCounts } from '../fields/count.js';
import { getField, hasAny, toList } from '../fields/fields.js';
import { hasField, type UsageAdapter } from './adapter.js';

/** Converse, and Nova's InvokeModel: the input leaves out what was read from and written to the cache; the total has it. */
export const bedrockConverse: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'inputTokens', 'outputTokens') &&
    (hasField(candidate, 'cacheReadInputTokens', 'cacheWriteInputTokens', 'cacheDetails') ||
      hasField(candidate, 'cacheReadInputTokenCount', 'cacheWriteInputTokenCount') ||
      hasAny(candidate.parent, '$metadata') ||
      hasAny(getField(candidate.parent, 'metrics'), 'latencyMs') ||
      (candidate.provider === 'bedrock' && !hasField(candidate, 'inputTokenDetails', 'cachedInputTokens'))),
  parse: ({ reported, parent }) => ({
    source: 'bedrock-converse',
    counts: reported.counts,
    cache: 'outside',
    reasoning: 'inside',
    serviceTier: getField(parent, 'serviceTier', 'type'),
  }),
};

/** InvokeModel: the metrics that end its streams, and the bodies of Llama and Titan, which count at the top level. */
export const bedrockInvoke: UsageAdapter = {
  matches: (candidate) =>
    hasField(
      candidate,
      'inputTokenCount',
      'outputTokenCount',
      'generation_token_count',
      'inputTextTokenCount',
    ),
  parse: ({ reported, usage }) => {
    const { total, ...counts } = reported.counts;
    const texts = toList(getField(usage, 'results')).map((result) => getField(result, 'tokenCount'));
    return {
      source: 'bedrock-invoke',
      counts: {
        ...counts,
        input: counts.input ?? getField(usage, 'inputTextTokenCount'),
        output: counts.output ?? addCounts(...texts),
        ...(texts.length > 0 ? {} : { total }),
      },
      cache: 'outside',
      reasoning: 'inside',
    };
  },
};
