import { test } from 'vitest';
import { expectGolden, type GoldenRow } from './golden.js';

const rows: GoldenRow[] = [
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

test.for(rows)('$name', (row) => expectGolden(row));
