import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';
import type { UsageHint } from '../../src/usage/adapters/adapter.js';
import type { Usage } from '../../src/usage/usage.js';

type Case = {
  name: string;
  raw: unknown;
  hint?: UsageHint;
  is: Partial<Usage>;
  /** What the usual mistakes would say of the same response. */
  not?: Partial<Usage>;
};

function check({ raw, hint, is, not = {} }: Case): void {
  const { warnings, ...usage } = normalizeUsage(raw, hint);
  expect(usage).toEqual(is);
  expect(warnings).toEqual([]);
  for (const [field, wrong] of Object.entries(not))
    expect(usage[field as keyof typeof usage]).not.toBe(wrong);
}

const chatCases: Case[] = [
  {
    name: 'OpenAI: cached tokens are in the prompt and reasoning in the completion',
    raw: {
      model: 'gpt-5',
      service_tier: 'flex',
      usage: {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 800, cache_write_tokens: 100, audio_tokens: 7 },
        completion_tokens: 200,
        completion_tokens_details: {
          reasoning_tokens: 150,
          audio_tokens: 5,
          accepted_prediction_tokens: 9,
          rejected_prediction_tokens: 3,
        },
        total_tokens: 1200,
      },
    },
    is: {
      input: 1000,
      cacheRead: 800,
      cacheWrite: 100,
      inputAudio: 7,
      output: 200,
      reasoning: 150,
      outputAudio: 5,
      total: 1200,
      serviceTier: 'flex',
      source: 'openai-chat',
      convention: 'proved-by-total',
    },
    not: { input: 1900, output: 350 },
  },
  {
    name: 'Azure: the hint names the source',
    raw: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    hint: { provider: 'azure-openai.chat' },
    is: { input: 9, output: 1, total: 10, source: 'azure', convention: 'proved-by-total' },
  },
  {
    name: 'Mistral: cached tokens under either of its names',
    raw: { usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, num_cached_tokens: 64 } },
    is: {
      input: 100,
      cacheRead: 64,
      output: 20,
      total: 120,
      source: 'mistral',
      convention: 'proved-by-total',
    },
    not: { input: 164 },
  },
  {
    name: 'Mistral: the misspelt details',
    raw: {
      usage: { prompt_tokens: 100, completion_tokens: 20, prompt_token_details: { cached_tokens: 64 } },
    },
    is: { input: 100, cacheRead: 64, output: 20, total: 120, source: 'mistral', convention: 'inclusive' },
  },
  {
    name: "Mistral: its TypeScript SDK's camel case",
    raw: { usage: { promptTokens: 100, completionTokens: 20, totalTokens: 120 } },
    hint: { provider: 'mistral' },
    is: { input: 100, output: 20, total: 120, source: 'mistral', convention: 'inclusive' },
  },
  {
    name: 'DeepSeek: the hits are named twice and counted once',
    raw: {
      usage: {
        prompt_tokens: 500,
        prompt_cache_hit_tokens: 384,
        prompt_cache_miss_tokens: 116,
        prompt_tokens_details: { cached_tokens: 384 },
        completion_tokens: 80,
        completion_tokens_details: { reasoning_tokens: 60 },
        total_tokens: 580,
      },
    },
    is: {
      input: 500,
      cacheRead: 384,
      output: 80,
      reasoning: 60,
      total: 580,
      source: 'deepseek',
      convention: 'proved-by-total',
    },
    not: { cacheRead: 768 },
  },
  {
    name: 'Groq: also in the last chunk of a stream',
    raw: {
      x_groq: { usage: { queue_time: 0.1, prompt_tokens: 18, completion_tokens: 6, total_tokens: 24 } },
    },
    is: { input: 18, output: 6, total: 24, source: 'groq', convention: 'proved-by-total' },
  },
  {
    name: 'xAI: reasoning is beside the completion, and the cost is in ticks',
    raw: {
      usage: {
        prompt_tokens: 2640,
        prompt_tokens_details: { cached_tokens: 473 },
        completion_tokens: 182,
        completion_tokens_details: { reasoning_tokens: 672 },
        total_tokens: 3494,
        cost_in_usd_ticks: 37_756_000,
      },
    },
    is: {
      input: 2640,
      cacheRead: 473,
      output: 854,
      reasoning: 672,
      total: 3494,
      reportedCostUsd: 0.0037756,
      reportedCostSource: 'provider',
      source: 'xai',
      convention: 'proved-by-total',
    },
    not: { output: 182 },
  },
  {
    name: 'xAI: with less reasoning than text only the convention tells',
    raw: {
      usage: {
        prompt_tokens: 10,
        completion_tokens: 200,
        completion_tokens_details: { reasoning_tokens: 50 },
      },
    },
    hint: { provider: 'xai' },
    is: { input: 10, output: 250, reasoning: 50, total: 260, source: 'xai', convention: 'exclusive' },
    not: { output: 200 },
  },
  {
    name: 'OpenRouter: the cost is authoritative',
    raw: {
      usage: {
        prompt_tokens: 100,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 40 },
        completion_tokens: 10,
        total_tokens: 110,
        cost: 0.00042,
        is_byok: false,
        cost_details: { upstream_inference_cost: null },
      },
    },
    is: {
      input: 100,
      cacheRead: 0,
      cacheWrite: 40,
      output: 10,
      total: 110,
      reportedCostUsd: 0.00042,
      reportedCostSource: 'provider',
      source: 'openrouter',
      convention: 'proved-by-total',
    },
  },
  {
    name: "OpenRouter: with one's own key the provider's bill is added to the fee",
    raw: {
      usage: {
        prompt_tokens: 1,
        completion_tokens: 1,
        total_tokens: 2,
        cost: 0.001,
        is_byok: true,
        cost_details: { upstream_inference_cost: 0.02 },
      },
    },
    is: {
      input: 1,
      output: 1,
      total: 2,
      reportedCostUsd: 0.021,
      reportedCostSource: 'provider',
      source: 'openrouter',
      convention: 'proved-by-total',
    },
    not: { reportedCostUsd: 0.001 },
  },
  {
    name: 'Perplexity: searches, requests and its own cost',
    raw: {
      usage: {
        prompt_tokens: 30,
        completion_tokens: 400,
        total_tokens: 430,
        citation_tokens: 0,
        num_search_queries: 3,
        cost: { total_cost: 0.0123 },
      },
    },
    is: {
      input: 30,
      output: 400,
      total: 430,
      citation: 0,
      webSearches: 3,
      requests: 1,
      reportedCostUsd: 0.0123,
      reportedCostSource: 'provider',
      source: 'perplexity',
      convention: 'proved-by-total',
    },
  },
  {
    name: 'Moonshot: cached tokens at the top and in the details are the same tokens',
    raw: {
      usage: {
        prompt_tokens: 100,
        completion_tokens: 5,
        total_tokens: 105,
        cached_tokens: 60,
        prompt_tokens_details: { cached_tokens: 60 },
      },
    },
    hint: { provider: 'moonshotai' },
    is: {
      input: 100,
      cacheRead: 60,
      output: 5,
      total: 105,
      source: 'moonshot',
      convention: 'proved-by-total',
    },
    not: { cacheRead: 120 },
  },
  {
    name: 'an embedding has no output',
    raw: { usage: { prompt_tokens: 8, total_tokens: 8 } },
    is: { input: 8, total: 8, source: 'openai-chat', convention: 'inclusive' },
  },
];

const nativeCases: Case[] = [
  {
    name: 'OpenAI Responses',
    raw: {
      object: 'response',
      service_tier: 'priority',
      output: [
        { type: 'web_search_call', action: { type: 'search' } },
        { type: 'web_search_call', action: { type: 'open_page' } },
        { type: 'message' },
      ],
      usage: {
        input_tokens: 1000,
        input_tokens_details: { cached_tokens: 800 },
        output_tokens: 200,
        output_tokens_details: { reasoning_tokens: 150 },
        total_tokens: 1200,
      },
    },
    is: {
      input: 1000,
      cacheRead: 800,
      output: 200,
      reasoning: 150,
      total: 1200,
      webSearches: 1,
      serviceTier: 'priority',
      source: 'openai-responses',
      convention: 'proved-by-total',
    },
    not: { input: 1800, webSearches: 2 },
  },
  {
    name: 'OpenAI Realtime',
    raw: {
      type: 'response.done',
      response: {
        usage: {
          input_tokens: 132,
          input_token_details: { cached_tokens: 64, text_tokens: 119, audio_tokens: 13 },
          output_tokens: 121,
          output_token_details: { text_tokens: 30, audio_tokens: 91 },
          total_tokens: 253,
        },
      },
    },
    is: {
      input: 132,
      cacheRead: 64,
      inputAudio: 13,
      output: 121,
      outputAudio: 91,
      total: 253,
      source: 'openai-responses',
      convention: 'proved-by-total',
    },
  },
  {
    name: 'Anthropic: reads and writes are beside the input, writes by lifetime',
    raw: {
      model: 'claude-sonnet-4-5',
      usage: {
        input_tokens: 3,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
        output_tokens: 50,
        output_tokens_details: { thinking_tokens: 20 },
        server_tool_use: { web_search_requests: 2 },
        service_tier: 'standard',
      },
    },
    is: {
      input: 1303,
      cacheRead: 1000,
      cacheWrite: 300,
      cacheWrite5m: 100,
      cacheWrite1h: 200,
      output: 50,
      reasoning: 20,
      total: 1353,
      webSearches: 2,
      serviceTier: 'standard',
      source: 'anthropic',
      convention: 'exclusive',
    },
    not: { input: 3, cacheWrite: 600 },
  },
  {
    name: 'Anthropic: compaction is billed beside the top level',
    raw: {
      usage: {
        input_tokens: 23_000,
        output_tokens: 1000,
        iterations: [
          { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
          { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
        ],
      },
    },
    is: { input: 203_000, output: 4500, total: 207_500, source: 'anthropic', convention: 'exclusive' },
    not: { input: 23_000 },
  },
  {
    name: 'Anthropic: iterations that are all messages are in the top level already',
    raw: {
      usage: {
        input_tokens: 30,
        output_tokens: 10,
        iterations: [
          { type: 'message', input_tokens: 10, output_tokens: 5 },
          { type: 'message', input_tokens: 20, output_tokens: 5 },
        ],
      },
    },
    is: { input: 30, output: 10, total: 40, source: 'anthropic', convention: 'exclusive' },
    not: { input: 60 },
  },
  {
    name: 'Anthropic: fast mode is a tier',
    raw: { usage: { input_tokens: 1, output_tokens: 1, speed: 'fast', service_tier: 'standard' } },
    hint: { provider: 'anthropic' },
    is: { input: 1, output: 1, total: 2, serviceTier: 'fast', source: 'anthropic', convention: 'exclusive' },
  },
  {
    name: 'Claude Agent SDK: the cost of the whole run is reported',
    raw: {
      type: 'result',
      total_cost_usd: 0.25,
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 90,
        cache_creation_input_tokens: 0,
        output_tokens: 7,
      },
      modelUsage: { 'claude-opus-4-8': { inputTokens: 10, costUSD: 0.25 } },
    },
    is: {
      input: 100,
      cacheRead: 90,
      cacheWrite: 0,
      output: 7,
      total: 107,
      reportedCostUsd: 0.25,
      reportedCostSource: 'tool',
      source: 'claude-agent',
      convention: 'exclusive',
    },
  },
  {
    name: 'Gemini: thoughts are beside the candidates, tool prompts beside the prompt',
    raw: {
      modelVersion: 'gemini-3-pro-preview',
      candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b'] } }],
      usageMetadata: {
        promptTokenCount: 300,
        toolUsePromptTokenCount: 24,
        cachedContentTokenCount: 200,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 290 },
          { modality: 'AUDIO', tokenCount: 10 },
        ],
        candidatesTokenCount: 1364,
        thoughtsTokenCount: 495,
        totalTokenCount: 2183,
        trafficType: 'ON_DEMAND',
      },
    },
    is: {
      input: 324,
      cacheRead: 200,
      inputAudio: 10,
      output: 1859,
      reasoning: 495,
      total: 2183,
      webSearches: 2,
      source: 'gemini',
      convention: 'proved-by-total',
    },
    not: { output: 1364, input: 300 },
  },
  {
    name: "Gemini: Python's spelling, and an endpoint that counts thoughts among the candidates",
    raw: {
      usage_metadata: {
        prompt_token_count: 10,
        candidates_token_count: 100,
        thoughts_token_count: 40,
        total_token_count: 110,
      },
    },
    is: {
      input: 10,
      output: 100,
      reasoning: 40,
      total: 110,
      source: 'gemini',
      convention: 'proved-by-total',
    },
    not: { output: 140 },
  },
  {
    name: 'Gemini: a blocked answer has no candidates',
    raw: { usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 } },
    is: { input: 10, total: 10, source: 'gemini', convention: 'exclusive' },
  },
  {
    name: 'Gemini: a prompt grounded before Gemini 3 is billed once',
    raw: {
      modelVersion: 'gemini-2.5-flash',
      candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b'] } }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    },
    is: { input: 1, output: 1, total: 2, webSearches: 1, source: 'gemini', convention: 'proved-by-total' },
  },
  {
    name: 'Bedrock Converse: the total has the cache, the input has not',
    raw: {
      $metadata: {},
      usage: {
        inputTokens: 3,
        outputTokens: 442,
        cacheReadInputTokens: 7917,
        cacheWriteInputTokens: 350,
        cacheDetails: [
          { ttl: '5m', inputTokens: 50 },
          { ttl: '1h', inputTokens: 300 },
        ],
        totalTokens: 8712,
      },
    },
    is: {
      input: 8270,
      cacheRead: 7917,
      cacheWrite: 350,
      cacheWrite5m: 50,
      cacheWrite1h: 300,
      output: 442,
      total: 8712,
      source: 'bedrock-converse',
      convention: 'proved-by-total',
    },
    not: { output: 8709, input: 3 },
  },
  {
    name: 'Bedrock InvokeModel: the metrics that end a stream',
    raw: {
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 10,
        outputTokenCount: 5,
        cacheReadInputTokenCount: 100,
        cacheWriteInputTokenCount: 0,
      },
    },
    is: {
      input: 110,
      cacheRead: 100,
      cacheWrite: 0,
      output: 5,
      total: 115,
      source: 'bedrock-invoke',
      convention: 'exclusive',
    },
  },
  {
    name: 'Bedrock InvokeModel: Llama and Titan count at the top level',
    raw: { inputTextTokenCount: 4, results: [{ tokenCount: 6 }, { tokenCount: 1 }] },
    is: { input: 4, output: 7, total: 11, source: 'bedrock-invoke', convention: 'exclusive' },
  },
  {
    name: 'Cohere v2: billed units are the bill',
    raw: {
      usage: {
        billed_units: { input_tokens: 8, output_tokens: 50 },
        tokens: { input_tokens: 1394, output_tokens: 54 },
        cached_tokens: 1300,
      },
    },
    is: { input: 8, output: 50, total: 58, source: 'cohere', convention: 'inclusive' },
    not: { input: 1394, output: 54 },
  },
  {
    name: 'Cohere v1 and its TypeScript SDK',
    raw: { meta: { billedUnits: { inputTokens: 8, outputTokens: 50 } } },
    is: { input: 8, output: 50, total: 58, source: 'cohere', convention: 'inclusive' },
  },
  {
    name: 'Ollama: durations are not tokens',
    raw: {
      done: true,
      total_duration: 4_935_886_791,
      prompt_eval_count: 26,
      eval_count: 282,
      eval_duration: 4,
    },
    is: { input: 26, output: 282, total: 308, source: 'ollama', convention: 'inclusive' },
  },
];

const sdkCases: Case[] = [
  {
    name: 'AI SDK 6: inclusive, with the raw usage for what it leaves out',
    raw: {
      totalUsage: {
        inputTokens: 1303,
        inputTokenDetails: { noCacheTokens: 3, cacheReadTokens: 1000, cacheWriteTokens: 300 },
        outputTokens: 50,
        outputTokenDetails: { textTokens: 50 },
        totalTokens: 1353,
        raw: {
          input_tokens: 3,
          cache_read_input_tokens: 1000,
          cache_creation_input_tokens: 300,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 300 },
          output_tokens: 50,
        },
      },
      usage: { inputTokens: 1, outputTokens: 1 },
    },
    is: {
      input: 1303,
      cacheRead: 1000,
      cacheWrite: 300,
      cacheWrite5m: 0,
      cacheWrite1h: 300,
      output: 50,
      total: 1353,
      source: 'ai-sdk',
      convention: 'exclusive',
    },
    not: { input: 2603 },
  },
  {
    name: 'AI SDK 6: over several steps the raw usage of one is not taken for all',
    raw: {
      usage: {
        inputTokens: 500,
        inputTokenDetails: { noCacheTokens: 100, cacheReadTokens: 400 },
        outputTokens: 90,
        outputTokenDetails: { textTokens: 60, reasoningTokens: 30 },
        totalTokens: 590,
        raw: { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 },
      },
      providerMetadata: { openai: { serviceTier: 'flex' } },
    },
    is: {
      input: 500,
      cacheRead: 400,
      output: 90,
      reasoning: 30,
      total: 590,
      serviceTier: 'flex',
      source: 'ai-sdk',
      convention: 'inclusive',
    },
    not: { input: 200 },
  },
  {
    name: 'AI SDK 6 and 7: nested, as a provider package returns it',
    raw: {
      usage: {
        inputTokens: { total: 100, noCache: 40, cacheRead: 60, cacheWrite: 0 },
        outputTokens: { total: 20, text: 15, reasoning: 5 },
      },
    },
    is: {
      input: 100,
      cacheRead: 60,
      cacheWrite: 0,
      output: 20,
      reasoning: 5,
      total: 120,
      source: 'ai-sdk',
      convention: 'inclusive',
    },
  },
  {
    name: "AI SDK 5: Anthropic's cached tokens are outside, although the total is the sum",
    raw: {
      usage: { inputTokens: 5000, outputTokens: 10, totalTokens: 5010, cachedInputTokens: 2000 },
      providerMetadata: { anthropic: { cacheCreationInputTokens: 100 } },
    },
    is: {
      input: 7100,
      cacheRead: 2000,
      cacheWrite: 100,
      output: 10,
      total: 7110,
      source: 'ai-sdk-5',
      convention: 'exclusive',
    },
    not: { input: 5000 },
  },
  {
    name: "AI SDK 5: Google's thoughts are outside, as the total proves",
    raw: {
      usage: { inputTokens: 10, outputTokens: 20, totalTokens: 45, reasoningTokens: 15 },
      providerMetadata: { google: {} },
    },
    is: {
      input: 10,
      output: 35,
      reasoning: 15,
      total: 45,
      source: 'ai-sdk-5',
      convention: 'proved-by-total',
    },
  },
  {
    name: "AI SDK 5: OpenAI's are inside",
    raw: {
      inputTokens: 1000,
      outputTokens: 200,
      totalTokens: 1200,
      cachedInputTokens: 800,
      reasoningTokens: 150,
    },
    hint: { provider: 'openai.responses' },
    is: {
      input: 1000,
      cacheRead: 800,
      output: 200,
      reasoning: 150,
      total: 1200,
      source: 'ai-sdk-5',
      convention: 'inclusive',
    },
  },
  {
    name: 'AI SDK 4: the cache is in the provider metadata',
    raw: {
      usage: { promptTokens: 3, completionTokens: 550, totalTokens: 553 },
      providerMetadata: { anthropic: { cacheCreationInputTokens: 12_304, cacheReadInputTokens: 0 } },
    },
    is: {
      input: 12_307,
      cacheRead: 0,
      cacheWrite: 12_304,
      output: 550,
      total: 12_857,
      source: 'ai-sdk-4',
      convention: 'exclusive',
    },
    not: { input: 3 },
  },
  {
    name: 'LangChain: Bedrock leaves the cache out, as the total proves',
    raw: {
      usage_metadata: {
        input_tokens: 3,
        output_tokens: 12,
        total_tokens: 13_256,
        input_token_details: { cache_read: 13_216, cache_creation: 25 },
      },
    },
    is: {
      input: 13_244,
      cacheRead: 13_216,
      cacheWrite: 25,
      output: 12,
      total: 13_256,
      source: 'langchain',
      convention: 'proved-by-total',
    },
    not: { input: 3 },
  },
  {
    name: 'LangChain: with a split by lifetime the sum may be 0',
    raw: {
      usage_metadata: {
        input_tokens: 1000,
        output_tokens: 12,
        total_tokens: 1012,
        input_token_details: {
          cache_creation: 0,
          ephemeral_5m_input_tokens: 100,
          ephemeral_1h_input_tokens: 200,
        },
        output_token_details: { reasoning: 5 },
      },
    },
    is: {
      input: 1000,
      cacheWrite: 300,
      cacheWrite5m: 100,
      cacheWrite1h: 200,
      output: 12,
      reasoning: 5,
      total: 1012,
      source: 'langchain',
      convention: 'proved-by-total',
    },
    not: { cacheWrite: 0 },
  },
  {
    name: 'LangChain: its older shape',
    raw: { llmOutput: { tokenUsage: { promptTokens: 12, completionTokens: 3, totalTokens: 15 } } },
    is: { input: 12, output: 3, total: 15, source: 'langchain', convention: 'inclusive' },
  },
  {
    name: "simonw/llm: details keep the provider's names",
    raw: { input: 10, output: 5, details: { cache_read_input_tokens: 90, cache_creation_input_tokens: 0 } },
    is: {
      input: 100,
      cacheRead: 90,
      cacheWrite: 0,
      output: 5,
      total: 105,
      source: 'llm',
      convention: 'exclusive',
    },
  },
  {
    name: 'names that say what they are',
    raw: { tokens_in: '12', tokens_out: 3n },
    is: { input: 12, output: 3, total: 15, source: 'generic', convention: 'assumed' },
  },
];

test.for(chatCases)('chat: $name', check);
test.for(nativeCases)('native: $name', check);
test.for(sdkCases)('SDK: $name', check);

test('a total that fits no reading is a warning with its evidence', () => {
  const usage = normalizeUsage({
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 99,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  });
  expect(usage).toMatchObject({ input: 10, cacheRead: 4, output: 5, total: 15, convention: 'inclusive' });
  expect(usage.warnings).toEqual([
    'total-mismatch: input 10, output 5, cached 4 give 15, but the reported total is 99',
  ]);
});

test('what cannot be inside is outside, whatever the provider usually does', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4000 } };
  expect(normalizeUsage({ usage })).toMatchObject({ input: 4003, cacheRead: 4000, convention: 'exclusive' });
});

test('values that are no counts are warned about and left out', () => {
  const usage = normalizeUsage({
    usage: {
      prompt_tokens: NaN,
      completion_tokens: 5,
      total_tokens: -1,
      prompt_tokens_details: { cached_tokens: '8x' },
    },
  });
  expect(usage).toMatchObject({ output: 5 });
  expect(usage.warnings).toEqual([
    'cacheRead: "8x" is not a count',
    'input: NaN is not a count',
    'total: -1 is not a count',
  ]);
});

test.for([null, undefined, 5, 'usage', [], {}, { usage: null }, { usage: {} }, { choices: [], usage: null }])(
  '%j has no usage, which is not zero',
  (source) => {
    expect(normalizeUsage(source)).toEqual({
      source: 'unknown',
      convention: 'assumed',
      warnings: ['no token counts were recognised'],
    });
  },
);

test.each([
  ['ON_DEMAND', undefined],
  ['ON_DEMAND_FLEX', 'flex'],
  ['ON_DEMAND_PRIORITY', 'priority'],
  ['PROVISIONED_THROUGHPUT', 'provisioned_throughput'],
  ['TRAFFIC_TYPE_UNSPECIFIED', undefined],
])('the traffic %s of Vertex is the tier %s', (trafficType, tier) => {
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2, trafficType };
  expect(normalizeUsage({ usageMetadata }).serviceTier).toBe(tier);
  expect(
    normalizeUsage({ usageMetadata: { ...usageMetadata, serviceTier: 'SERVICE_TIER_FLEX' } }).serviceTier,
  ).toBe('flex');
});

test('where Anthropic ran a call is kept, because it has a price', () => {
  const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, inference_geo: 'us' };
  const once = normalizeUsage(usage);
  expect(once).toMatchObject({ inferenceGeo: 'us', warnings: [] });
  expect(normalizeUsage(once).inferenceGeo).toBe('us');
});
