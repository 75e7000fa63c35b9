import { test } from 'vitest';
import { expectGolden, type GoldenRow } from './golden.js';

const chat = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 };
const isChat = {
  input: 120,
  output: 30,
  total: 150,
  source: 'openai-chat',
  convention: 'proved-by-total',
} as const;

const rows: GoldenRow[] = [
  {
    name: 'DashScope: details of OpenAI under names of its own, media at the top, searches as a plugin',
    raw: {
      output: { choices: [] },
      usage: {
        input_tokens: 900,
        output_tokens: 70,
        total_tokens: 970,
        image_tokens: 200,
        video_tokens: 10,
        prompt_tokens_details: {
          cached_tokens: 512,
          cache_creation_input_tokens: 100,
          cache_type: 'ephemeral',
        },
        output_tokens_details: { reasoning_tokens: 40, text_tokens: 30 },
        plugins: { search: { count: 2, strategy: 'turbo' } },
        x_details: [{ input_tokens: 900, output_tokens: 70, total_tokens: 970, x_billing_type: 'r' }],
      },
    },
    is: {
      input: 900,
      cacheRead: 512,
      cacheWrite: 100,
      inputImage: 200,
      inputVideo: 10,
      output: 70,
      reasoning: 40,
      total: 970,
      webSearches: 2,
      source: 'dashscope',
      convention: 'proved-by-total',
    },
    not: { cacheRead: undefined, input: [1412, 1512], output: 110 },
  },
  {
    name: 'DashScope: images that were generated',
    raw: { usage: { image_count: 2 } },
    is: { images: 2, source: 'units', convention: 'inclusive' },
  },
  {
    name: 'Nova, InvokeModel: the cache is outside under longer names, as the total proves',
    raw: {
      output: { message: {} },
      usage: {
        inputTokens: 30,
        outputTokens: 12,
        totalTokens: 1542,
        cacheReadInputTokenCount: 1400,
        cacheWriteInputTokenCount: 100,
      },
    },
    is: {
      input: 1530,
      cacheRead: 1400,
      cacheWrite: 100,
      output: 12,
      total: 1542,
      source: 'bedrock-converse',
      convention: 'proved-by-total',
    },
    not: { input: 30, cacheRead: undefined },
  },
  {
    name: 'Workers AI',
    raw: { result: { response: 'x', usage: chat }, success: true, errors: [], messages: [] },
    is: isChat,
  },
  {
    name: 'Replicate: times are not counts',
    raw: {
      id: 'p',
      status: 'succeeded',
      output: ['a', 'b'],
      metrics: {
        input_token_count: 120,
        output_token_count: 30,
        predict_time: 1.5,
        tokens_per_second: 20,
        time_to_first_token: 0.3,
      },
    },
    is: { input: 120, output: 30, total: 150, source: 'replicate', convention: 'inclusive' },
  },
  {
    name: 'watsonx: results are added',
    raw: {
      model_id: 'ibm/granite-4',
      results: [
        { generated_text: 'a', generated_token_count: 10, input_token_count: 60, stop_reason: 'eos_token' },
        { generated_text: 'b', generated_token_count: 20, input_token_count: 60, stop_reason: 'eos_token' },
      ],
    },
    is: { input: 120, output: 30, total: 150, largestInput: 60, source: 'watsonx', convention: 'inclusive' },
    not: { input: 60 },
  },
  {
    name: 'Tencent: names with capitals',
    raw: { Response: { Usage: { PromptTokens: 120, CompletionTokens: 30, TotalTokens: 150 } } },
    is: isChat,
  },
  {
    name: 'SambaNova: speeds and times are not counts',
    raw: {
      usage: {
        ...chat,
        acceptance_rate: 4.5,
        completion_tokens_after_first_per_sec: 210.5,
        completion_tokens_per_sec: 100.1,
        start_time: 1_790_000_000.5,
        end_time: 1_790_000_001.5,
        time_to_first_token: 0.4,
        total_latency: 1,
        total_tokens_per_sec: 150,
        is_last_response: true,
      },
    },
    is: isChat,
  },
  {
    name: 'Doubao: searches are counted by tool',
    raw: { usage: { ...chat, tool_usage: { web_search: 2 }, tool_usage_details: { web_search: { a: 2 } } } },
    is: { ...isChat, webSearches: 2 },
  },
  {
    name: 'llama.cpp: its own API',
    raw: { content: 'x', tokens_evaluated: 120, tokens_predicted: 30, stop: true, id_slot: 2 },
    is: { input: 120, output: 30, total: 150, source: 'generic', convention: 'assumed' },
  },
  {
    name: "Anthropic's usage report: what was not cached has a name of its own",
    raw: {
      uncached_input_tokens: 100,
      cache_read_input_tokens: 50,
      cache_creation: { ephemeral_1h_input_tokens: 5, ephemeral_5m_input_tokens: 3 },
      output_tokens: 20,
      server_tool_use: { web_search_requests: 1 },
    },
    is: {
      input: 158,
      cacheRead: 50,
      cacheWrite: 8,
      cacheWrite5m: 3,
      cacheWrite1h: 5,
      output: 20,
      total: 178,
      webSearches: 1,
      source: 'anthropic',
      convention: 'exclusive',
    },
    not: { input: [58, 100] },
  },
  ...(
    [
      [
        'axios',
        { status: 200, headers: { 'content-length': '900' }, config: { timeout: 0 }, data: { usage: chat } },
      ],
      ['got', { statusCode: 200, body: { usage: chat } }],
      ['a body as text', { statusCode: 200, body: JSON.stringify({ usage: chat }) }],
      ['the whole as text', JSON.stringify({ usage: chat })],
      ['a line of a batch', { custom_id: 'a', response: { status_code: 200, body: { usage: chat } } }],
      ['an SDK that keeps the raw response', { text: 'x', raw: { usage: chat } }],
      ['a framework with metadata', { content: 'x', metadata: { usage: chat } }],
      ['a choice', { choices: [{ delta: {}, usage: chat }] }],
      ['five wrappers', { data: { result: { response: { body: { usage: chat } } } } }],
      [
        'a serialized message',
        { lc: 1, kwargs: { response_metadata: { tokenUsage: undefined, usage: chat } } },
      ],
    ] as const
  ).map(([name, raw]): GoldenRow => ({ name: `wrapped: ${name}`, raw, is: isChat })),
];

test.for(rows)('$name', (row) => expectGolden(row));
