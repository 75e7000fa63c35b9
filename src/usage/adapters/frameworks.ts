/** Formats of agent frameworks and evaluators: OpenAI Agents, Genkit, Mastra, Pydantic AI, Inspect. */
import { fieldNames } from '../fields/fields.js';
import { omit } from '../fields/omit.js';
import { defineAdapter, hasField, type UsageAdapter } from './adapter.js';

/** OpenAI Agents SDK: sums over its requests, with a list of details by request. */
export const openaiAgents = defineAdapter(
  { source: 'openai-agents', cache: 'inside', reasoning: 'inside' },
  (candidate) =>
    hasField(candidate, 'inputTokens', 'outputTokens') &&
    hasField(candidate, 'inputTokensDetails', 'outputTokensDetails', 'requestUsageEntries', 'requests'),
);

/** Genkit: Gemini's convention. What it counts in characters, images and files describes the same tokens again. */
export const genkit: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'inputTokens', 'outputTokens') &&
    hasField(candidate, 'thoughtsTokens', 'cachedContentTokens', 'inputCharacters', 'outputCharacters'),
  parse: ({ reported }) => {
    const { input, output, cacheRead, reasoning, total } = reported.counts;
    return {
      source: 'genkit',
      counts: { input, output, cacheRead, reasoning, total },
      cache: 'inside',
      reasoning: 'outside',
      unconsumed: omit(
        reported.unconsumed,
        'inputCharacters',
        'outputCharacters',
        'inputAudioFiles',
        'outputAudioFiles',
      ),
    };
  },
};

/** Mastra: the AI SDK's names, inclusive, with cache writes separately or in details of its own. */
export const mastra = defineAdapter(
  { source: 'mastra', cache: 'inside', reasoning: 'inside', totalIsSum: true },
  (candidate) =>
    hasField(candidate, 'inputTokens', 'outputTokens') &&
    hasField(candidate, 'cacheCreationInputTokens', 'inputDetails', 'outputDetails'),
);

/** Pydantic AI: inclusive; `details` repeats the provider's own counts. */
export const pydanticAi = defineAdapter(
  { source: 'pydantic-ai', cache: 'inside', reasoning: 'inside', totalIsSum: true },
  (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    hasField(candidate, 'cache_read_tokens', 'cache_write_tokens', 'tool_calls') &&
    hasField(candidate, 'requests', 'tool_calls', 'details'),
);

/** Inspect: disjoint counts, with a total of all that is its own sum. */
export const inspect = defineAdapter(
  { source: 'inspect', cache: 'outside', reasoning: 'inside' },
  (candidate) => hasField(candidate, 'input_tokens_cache_read', 'input_tokens_cache_write'),
);

/** Attributes of a span in OpenTelemetry's GenAI and OpenInference's conventions: inclusive. */
export const openTelemetry = defineAdapter(
  { source: 'opentelemetry', cache: 'inside', reasoning: 'inside' },
  ({ usage }) => fieldNames(usage).some((name) => /^(?:gen_ai\.usage|llm\.token_count)\./.test(name)),
);
