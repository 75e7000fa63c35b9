import { getField, hasAny } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/**
 * LangChain's `usage_metadata`. It is meant to be inclusive, but integrations differ (Bedrock leaves the cache out, Gemini
 * the thoughts): the total decides. With a split by cache lifetime, `cache_creation` itself may be 0.
 */
export const langchain: UsageAdapter = {
  matches: ({ usage, parent }) =>
    hasAny(usage, 'input_tokens', 'output_tokens') &&
    (hasAny(parent, 'usage_metadata') || hasAny(usage, 'input_token_details', 'output_token_details')) &&
    !hasAny(getField(usage, 'input_token_details'), 'cached_tokens', 'text_tokens'),
  read: ({ usage }) => {
    const input = getField(usage, 'input_token_details');
    const output = getField(usage, 'output_token_details');
    return {
      source: 'langchain',
      counts: {
        input: getField(usage, 'input_tokens'),
        cacheRead: getField(input, 'cache_read'),
        cacheWrite: getField(input, 'cache_creation'),
        cacheWrite5m: getField(input, 'ephemeral_5m_input_tokens'),
        cacheWrite1h: getField(input, 'ephemeral_1h_input_tokens'),
        inputAudio: getField(input, 'audio'),
        inputImage: getField(input, 'image'),
        output: getField(usage, 'output_tokens'),
        reasoning: getField(output, 'reasoning'),
        outputAudio: getField(output, 'audio'),
        total: getField(usage, 'total_tokens'),
      },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};
