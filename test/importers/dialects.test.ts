import { expect, test } from 'vitest';
import { callsOf, convert, importState, outline } from './convert.js';
import { otlp } from './otlp-spans.js';

/** One span per dialect: its attributes, and its usage as computed by hand. */
const dialects: readonly (readonly [name: string, attributes: Record<string, unknown>, expected: object])[] =
  [
    [
      'GenAI, newest names',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.usage.input_tokens': 130,
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.cache_read.input_tokens': 100,
        'gen_ai.usage.cache_write.input_tokens': 20,
        'gen_ai.usage.reasoning.output_tokens': 15,
      },
      { input: 130, cacheRead: 100, cacheWrite: 20, output: 40, reasoning: 15 },
    ],
    [
      'GenAI, oldest names, proved exclusive by the total',
      {
        'llm.request.type': 'chat',
        'gen_ai.system': 'Anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.usage.prompt_tokens': '10',
        'gen_ai.usage.completion_tokens': 4,
        'gen_ai.usage.cache_read_input_tokens': 90,
        'llm.usage.total_tokens': 104,
      },
      { input: 100, cacheRead: 90, output: 4 },
    ],
    [
      'OpenInference',
      {
        'openinference.span.kind': 'LLM',
        'llm.model_name': 'gpt-5-mini',
        'llm.provider': 'openai',
        'llm.token_count.prompt': 1000,
        'llm.token_count.completion': 50,
        'llm.token_count.total': 1050,
        'llm.token_count.prompt_details.cache_read': 900,
        'llm.token_count.completion_details.reasoning': 30,
      },
      { input: 1000, cacheRead: 900, output: 50, reasoning: 30 },
    ],
    [
      'AI SDK 6',
      {
        'ai.operationId': 'ai.streamText.doStream',
        'ai.model.id': 'gpt-5-mini',
        'ai.model.provider': 'openai.responses',
        'ai.usage.inputTokens': 70,
        'ai.usage.outputTokens': 9,
        'ai.usage.totalTokens': 79,
        'ai.usage.inputTokenDetails.cacheReadTokens': 64,
        'ai.usage.outputTokenDetails.reasoningTokens': 5,
      },
      { input: 70, cacheRead: 64, output: 9, reasoning: 5 },
    ],
    [
      'AI SDK 5 with Anthropic, whose input excludes the cache',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.id': 'claude-haiku-4-5',
        'ai.model.provider': 'anthropic.messages',
        'ai.usage.inputTokens': 10,
        'ai.usage.outputTokens': 9,
        'ai.usage.totalTokens': 19,
        'ai.usage.cachedInputTokens': 500,
        'ai.response.providerMetadata': JSON.stringify({
          anthropic: {
            usage: {
              input_tokens: 10,
              output_tokens: 9,
              cache_read_input_tokens: 500,
              cache_creation_input_tokens: 30,
            },
          },
        }),
      },
      { input: 540, cacheRead: 500, cacheWrite: 30, output: 9 },
    ],
    [
      'AI SDK 4',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.id': 'gpt-5-mini',
        'ai.usage.promptTokens': 12,
        'ai.usage.completionTokens': 3,
      },
      { input: 12, output: 3 },
    ],
    [
      'AI SDK embedding',
      {
        'ai.operationId': 'ai.embed.doEmbed',
        'ai.model.id': 'text-embedding-3-small',
        'ai.usage.tokens': 10,
      },
      { input: 10 },
    ],
    [
      'MLflow, inclusive also for Anthropic',
      {
        'mlflow.spanType': '"CHAT_MODEL"',
        'mlflow.llm.model': '"claude-haiku-4-5"',
        'mlflow.llm.provider': '"anthropic"',
        'mlflow.chat.tokenUsage':
          '{"input_tokens":130,"output_tokens":5,"total_tokens":135,"cache_read_input_tokens":100}',
      },
      { input: 130, cacheRead: 100, output: 5 },
    ],
    [
      "Logfire, from the provider's own usage",
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.usage.input_tokens': 7,
        'gen_ai.usage.output_tokens': 2,
        'gen_ai.usage.raw':
          '{"input_tokens":7,"output_tokens":2,"cache_read_input_tokens":50,"cache_creation_input_tokens":0}',
        'operation.cost': 0.5,
      },
      { input: 57, cacheRead: 50, output: 2 },
    ],
    [
      'LangSmith',
      {
        'langsmith.span.kind': 'llm',
        'gen_ai.request.model': 'gpt-5-mini',
        'gen_ai.usage.input_tokens': 40,
        'gen_ai.usage.output_tokens': 8,
        'gen_ai.usage.total_tokens': 48,
        'gen_ai.usage.input_token_details': '{"cache_read": 32}',
      },
      { input: 40, cacheRead: 32, output: 8 },
    ],
    [
      'Langfuse, whose buckets are disjoint',
      {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'gpt-5-mini',
        'langfuse.observation.usage_details':
          '{"input":20,"input_cache_read":60,"output":5,"output_reasoning":7,"total":92}',
      },
      { input: 80, cacheRead: 60, output: 12, reasoning: 7 },
    ],
    [
      "Claude Code's own span",
      {
        'span.type': 'llm_request',
        'session.id': 's',
        model: 'claude-haiku-4-5',
        input_tokens: 3,
        output_tokens: 11,
        cache_read_tokens: 1000,
        cache_creation_tokens: 200,
      },
      { input: 1203, cacheRead: 1000, cacheWrite: 200, output: 11 },
    ],
    [
      "Sentry's names",
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-5-mini',
        'gen_ai.usage.input_tokens': 90,
        'gen_ai.usage.output_tokens': 8,
        'gen_ai.usage.input_tokens.cached': 80,
        'gen_ai.usage.output_tokens.reasoning': 6,
      },
      { input: 90, cacheRead: 80, output: 8, reasoning: 6 },
    ],
  ];

test.each(dialects)('the usage of the dialect %s is canonical', async (_, attributes, expected) => {
  const [call, ...others] = callsOf(await importState([otlp({ id: '1', attributes })]));
  expect(others).toEqual([]);
  expect(call!.usage).toMatchObject(expected);
});

test('Laminar: an answer from a cache is a step, although it repeats the usage of its call', async () => {
  const call = {
    'gen_ai.system': 'openai',
    'gen_ai.request.model': 'gpt-5-mini',
    'gen_ai.usage.input_tokens': 50,
    'gen_ai.usage.output_tokens': 5,
  };
  const state = await importState([
    otlp(
      { id: '1', name: 'root', attributes: { 'lmnr.span.type': 'DEFAULT' } },
      { id: '2', parent: '1', name: 'openai.chat', attributes: { ...call, 'lmnr.span.type': 'LLM' } },
      { id: '3', parent: '1', name: 'openai.chat', attributes: { ...call, 'lmnr.span.type': 'CACHED' } },
      { id: '4', parent: '1', name: 'search', attributes: { 'lmnr.span.type': 'TOOL' } },
    ),
  ]);
  expect(outline(state)).toEqual([
    'step root',
    '  llm gpt-5-mini 50+5',
    '  step openai.chat',
    '  tool search',
  ]);
});

test('a span of an AI SDK operation contains its requests and tools', async () => {
  const state = await importState([
    otlp(
      {
        id: '1',
        attributes: {
          'ai.operationId': 'ai.generateText',
          'ai.model.id': 'm',
          'ai.usage.inputTokens': 7,
          'ai.usage.outputTokens': 2,
        },
      },
      {
        id: '2',
        parent: '1',
        attributes: {
          'ai.operationId': 'ai.generateText.doGenerate',
          'ai.model.id': 'm',
          'ai.usage.inputTokens': 5,
          'ai.usage.outputTokens': 1,
        },
        to: 10,
      },
      {
        id: '3',
        parent: '1',
        attributes: {
          'ai.operationId': 'ai.toolCall',
          'ai.toolCall.name': 'weather',
          'ai.toolCall.args': '{"city":"Oslo"}',
          'ai.toolCall.result': '{"t":3}',
        },
        from: 10,
        to: 20,
      },
      {
        id: '4',
        parent: '1',
        attributes: {
          'ai.operationId': 'ai.generateText.doGenerate',
          'ai.model.id': 'm',
          'ai.usage.inputTokens': 7,
          'ai.usage.outputTokens': 2,
        },
        from: 20,
        to: 30,
      },
    ),
  ]);
  expect(outline(state)).toEqual(['step ai.generateText', '  llm m 5+1', '  tool weather', '  llm m 7+2']);
  const tool = [...state.spans.values()].find(({ kind }) => kind === 'tool')!;
  expect(tool.resolved!.params).toEqual({ city: { value: 'Oslo' } });
  expect(tool.logs.map(({ text }) => JSON.parse(text))).toEqual([{ t: 3 }]);
});

test('OpenLLMetry workflow spans contain the calls of its instrumentations', async () => {
  const state = await importState([
    otlp(
      {
        id: '1',
        name: 'plan.workflow',
        attributes: { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'plan' },
      },
      {
        id: '2',
        parent: '1',
        attributes: {
          'traceloop.span.kind': 'task',
          'traceloop.entity.name': 'ask',
          'traceloop.entity.input': '{"q":"why"}',
        },
      },
      {
        id: '3',
        parent: '2',
        attributes: {
          'llm.request.type': 'chat',
          'gen_ai.request.model': 'm',
          'gen_ai.usage.input_tokens': 5,
          'gen_ai.usage.output_tokens': 1,
        },
      },
    ),
  ]);
  expect(outline(state)).toEqual(['step plan', '  step ask', '    llm m 5+1']);
});

test('the messages of a call are read in every form of the conventions', async () => {
  const base = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
  const forms: Record<string, unknown>[] = [
    {
      ...base,
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }]),
      'gen_ai.output.messages': JSON.stringify([
        {
          role: 'assistant',
          parts: [
            { type: 'text', content: 'hello' },
            { type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } },
          ],
        },
      ]),
    },
    {
      ...base,
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'hi',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'hello',
      'gen_ai.completion.0.tool_calls.0.id': 'c',
      'gen_ai.completion.0.tool_calls.0.name': 'f',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"a":1}',
    },
    {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'm',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'hi',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'hello',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'f',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"a":1}',
    },
  ];
  for (const attributes of forms) {
    const [call] = callsOf(await importState([otlp({ id: '1', attributes })]));
    expect(call!.response).toMatchObject({ text: 'hello', toolCalls: [{ name: 'f', arguments: { a: 1 } }] });
    expect(JSON.stringify(call!.request!.prompt)).toContain('hi');
  }
});

test("a cost computed by an instrumentation is recorded, but is not the call's cost", async () => {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'm',
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.output_tokens': 1,
    'gen_ai.usage.cost': 0.25,
  };
  const response = (await convert([otlp({ id: '1', attributes })])).find(
    ({ type }) => type === 'llm.response',
  );
  expect(response).toMatchObject({ toolCostUsd: 0.25 });
  expect(JSON.stringify(response)).not.toContain('reportedCostUsd');
});
