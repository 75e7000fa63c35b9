import { test } from 'vitest';
import { expectGolden, type GoldenRow } from './golden.js';

const rows: GoldenRow[] = [
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

test.for(rows)('$name', (row) => expectGolden(row));
