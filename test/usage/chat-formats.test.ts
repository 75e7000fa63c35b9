import { test } from 'vitest';
import { expectGolden, type GoldenRow } from './golden.js';

const rows: GoldenRow[] = [
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

test.for(rows)('$name', (row) => expectGolden(row));
