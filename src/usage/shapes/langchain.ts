import { field, hasAny } from '../fields.js';
import type { Shape } from '../shape.js';

/**
 * LangChain's `usage_metadata`. It is meant to be inclusive, but integrations differ (Bedrock leaves the cache out, Gemini
 * the thoughts): the total decides. With a split by cache lifetime, `cache_creation` itself may be 0.
 */
export const langchain: Shape = {
  matches: ({ usage, parent }) =>
    hasAny(usage, 'input_tokens', 'output_tokens') &&
    (hasAny(parent, 'usage_metadata') || hasAny(usage, 'input_token_details', 'output_token_details')) &&
    !hasAny(field(usage, 'input_token_details'), 'cached_tokens', 'text_tokens'),
  read: ({ usage }) => {
    const input = field(usage, 'input_token_details');
    const output = field(usage, 'output_token_details');
    return {
      source: 'langchain',
      counts: {
        input: field(usage, 'input_tokens'),
        cacheRead: field(input, 'cache_read'),
        cacheWrite: field(input, 'cache_creation'),
        cacheWrite5m: field(input, 'ephemeral_5m_input_tokens'),
        cacheWrite1h: field(input, 'ephemeral_1h_input_tokens'),
        inputAudio: field(input, 'audio'),
        inputImage: field(input, 'image'),
        output: field(usage, 'output_tokens'),
        reasoning: field(output, 'reasoning'),
        outputAudio: field(output, 'audio'),
        total: field(usage, 'total_tokens'),
      },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};
