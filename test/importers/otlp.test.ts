import { expect, test } from 'vitest';
import { callsOf, convert, importState, outline } from './convert.js';
import { otlp, otlpLog } from './otlp-spans.js';

const chat = (input: number, output: number) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
});

test('the deepest span with a usage is the call, and an agent that repeats the sum is not', async () => {
  const state = await importState([
    otlp(
      {
        id: '1',
        name: 'invoke_agent helper',
        attributes: {
          ...chat(300, 30),
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'helper',
        },
      },
      { id: '2', parent: '1', name: 'chat', attributes: chat(100, 10), to: 40 },
      {
        id: '3',
        parent: '1',
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
        from: 40,
        to: 50,
      },
      { id: '4', parent: '1', name: 'chat', attributes: chat(200, 20), from: 50, to: 90 },
    ),
  ]);
  expect(outline(state)).toEqual([
    'agent helper',
    '  llm gpt-5-mini 100+10',
    '  tool search',
    '  llm gpt-5-mini 200+20',
  ]);
  expect([state.totals.calls, state.totals.tokens]).toEqual([2, 330]);
});

test('when two levels disagree the inner calls count, and the enclosing span has a warning', async () => {
  const state = await importState([
    otlp({ id: '1', attributes: chat(900, 10) }, { id: '2', parent: '1', attributes: chat(100, 10) }),
  ]);
  expect(outline(state)).toEqual(['step 1', '  llm gpt-5-mini 100+10']);
  expect(state.spans.get(1)!.logs.map(({ stream, text }) => [stream, text])).toEqual([
    ['warning', '1 reports 910 tokens, the calls inside it 110: those of the calls are counted'],
  ]);
});

test('an agent span that is the only one with a usage gets a call of its own', async () => {
  const state = await importState([
    otlp({
      id: '1',
      attributes: {
        ...chat(100, 10),
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'helper',
      },
    }),
  ]);
  expect(outline(state)).toEqual(['agent helper', '  llm gpt-5-mini 100+10']);
});

test('a model call without a usage is a call of unknown usage and cost', async () => {
  const state = await importState([
    otlp({
      id: '1',
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'gpt-5-mini' },
    }),
  ]);
  expect(callsOf(state).map(({ usage, usageOrigin, cost }) => [usage, usageOrigin, cost?.usd])).toEqual([
    [null, 'none', null],
  ]);
  expect(state.totals.unpriced).toEqual(['gpt-5-mini']);
});

test('a call of unknown usage does not inherit the usage of its enclosing span', async () => {
  const { 'gen_ai.usage.input_tokens': _, 'gen_ai.usage.output_tokens': __, ...unknown } = chat(0, 0);
  const state = await importState([
    otlp({ id: '1', attributes: chat(500, 5) }, { id: '2', parent: '1', attributes: unknown }),
  ]);
  expect(outline(state)).toEqual(['step 1', '  llm gpt-5-mini ?']);
  expect(state.totals.tokens).toBe(0);
});

test('spans that are unordered, repeated, unfinished or without their parent form one tree', async () => {
  const state = await importState([
    otlp({ id: '2', parent: '1', from: 10, to: 20 }),
    otlp({ id: '1', parent: '', to: 50 }),
    otlp({ id: '2', parent: '1', from: 10, to: 30 }),
    otlp({ id: '3', parent: 'f', from: 60, to: 70 }, { id: '4', parent: '1', from: 40, to: null }),
  ]);
  expect(outline(state)).toEqual(['step 1', '  step 2', '  step 4 running', 'step 3']);
  expect(state.spans.get(2)!.finishedAt).toBe(30);
});

test('spans that contain each other in a cycle are all shown', async () => {
  const state = await importState([otlp({ id: '1', parent: '2' }, { id: '2', parent: '1' }, { id: '3' })]);
  expect([...state.spans.values()].map(({ name }) => name).toSorted()).toEqual(['1', '2', '3']);
});

test('times are exact to the microsecond and never decrease', async () => {
  const events = await convert([
    otlp({ id: '1', from: 0.001, to: 10.5 }, { id: '2', parent: '1', from: 1.234, to: 2.345 }),
  ]);
  const times = events.map(({ at }) => at);
  expect(times).toEqual([0, 0.001, 1.234, 2.345, 10.5, 10.5]);
});

test('identical files result in identical events and the same run id', async () => {
  const file = [otlp({ id: '1', attributes: chat(1, 2) }), otlpLog('ready', 5, { port: 80 })];
  const events = await convert(file);
  expect(await convert(structuredClone(file))).toEqual(events);
  expect(events[0]).toMatchObject({
    type: 'run.started',
    source: 'imported',
    foreign: { format: 'otlp', id: 'a'.padEnd(32, '0') },
  });
});

test('a failed span has the error of its exception event', async () => {
  const exception = {
    name: 'exception',
    timeUnixNano: '1790000000050000000',
    attributes: [
      { key: 'exception.type', value: { stringValue: 'RateLimitError' } },
      { key: 'exception.message', value: { stringValue: 'too many requests' } },
    ],
  };
  const state = await importState([
    otlp({ id: '1', attributes: chat(1, 1), failed: 'Error', events: [exception] }),
  ]);
  expect(state.status).toBe('failed');
  expect(state.spans.get(1)!.error).toEqual({ name: 'RateLimitError', message: 'too many requests' });
});

test('secrets in recorded values are masked', async () => {
  const key = `sk-ant-${'api03-'}${'x'.repeat(20)}Zq9${'y'.repeat(70)}`;
  const prompt = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `my key is ${key}` }] }]);
  const events = await convert([
    otlp({ id: '1', attributes: { ...chat(1, 1), 'gen_ai.input.messages': prompt } }),
  ]);
  expect(JSON.stringify(events)).toContain('my key is [secret');
  expect(JSON.stringify(events)).not.toContain(key);
});

test('a Logfire pending span is replaced by its final span, or stays unfinished without one', async () => {
  const pending = { 'logfire.span_type': 'pending_span' };
  const state = await importState([
    otlp({ id: '2', parent: '1', attributes: pending, to: 0 }),
    otlp({ id: '1', to: 80 }),
    otlp({ id: '4', parent: '3', attributes: pending, to: 0 }),
  ]);
  expect(outline(state)).toEqual(['step 1', 'step 4 running']);
});

test('logs belong to their span, or else to a program named after their service', async () => {
  const state = await importState([otlpLog('started', 0, {}, 'worker'), otlp({ id: '1', from: 10 })]);
  expect(outline(state)).toEqual(['program worker', 'step 1']);
  expect(state.spans.get(1)!.logs.map(({ text }) => text)).toEqual([
    'started started {"event.name":"started"}',
  ]);
});

test('a span without a model has its attributes as parameters', async () => {
  const state = await importState([
    otlp({ id: '1', name: 'GET /', attributes: { 'http.status_code': 200 } }),
  ]);
  expect(state.spans.get(1)!.resolved!.params).toEqual({ 'http.status_code': { value: 200 } });
});
