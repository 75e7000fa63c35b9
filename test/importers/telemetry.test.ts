import { expect, test } from 'vitest';
import { callsOf, importState, outline } from './convert.js';
import { otlp, otlpLog, otlpMetric } from './otlp-spans.js';

const prompt = otlpLog('claude_code.user_prompt', 0, { 'session.id': 's', prompt: 'fix it' }, 'claude-code');
const request = otlpLog(
  'claude_code.api_request',
  3000,
  {
    'session.id': 's',
    model: 'claude-haiku-4-5',
    input_tokens: '10',
    output_tokens: 20,
    cache_read_tokens: 500,
    cache_creation_tokens: 30,
    cost_usd: 0.25,
    duration_ms: 2500,
  },
  'claude-code',
);
const tool = otlpLog(
  'claude_code.tool_result',
  4000,
  {
    'session.id': 's',
    tool_name: 'Bash',
    success: 'false',
    duration_ms: 400,
    tool_parameters: '{"command":"ls"}',
  },
  'claude-code',
);
const metrics = [
  ['input', 10],
  ['output', 20],
  ['cacheRead', 500],
  ['cacheCreation', 30],
].map(([type, value]) =>
  otlpMetric(
    'claude_code.token.usage',
    5000,
    Number(value),
    { 'session.id': 's', model: 'claude-haiku-4-5', type },
    'claude-code',
  ),
);

test('log events of Claude Code form a session, and its metrics are not counted again', async () => {
  const state = await importState([...metrics, tool, request, prompt]);
  expect(outline(state)).toEqual([
    'agent Claude Code',
    '  step turn 1',
    '    llm claude-haiku-4-5 540+20',
    '    tool Bash failed',
  ]);
  const [call] = callsOf(state);
  expect(call!.usage).toMatchObject({ cacheRead: 500, cacheWrite: 30 });
  expect(call!.response).toMatchObject({ toolCostUsd: 0.25 });
  const span = state.spans.get(3)!;
  expect([span.startedAt, span.finishedAt]).toEqual([500, 3000]);
});

test('log events are log lines when the agent also sent spans with its calls', async () => {
  const span = otlp({
    id: '1',
    name: 'claude_code.llm_request',
    service: 'claude-code',
    attributes: {
      'span.type': 'llm_request',
      'session.id': 's',
      model: 'claude-haiku-4-5',
      input_tokens: 10,
      output_tokens: 20,
      cache_read_tokens: 500,
      cache_creation_tokens: 30,
    },
  });
  const state = await importState([prompt, request, span, ...metrics]);
  expect(outline(state).filter((line) => line.includes('llm'))).toEqual(['llm claude-haiku-4-5 540+20']);
  expect(state.totals.calls).toBe(1);
});

test('metrics alone become one call per session and model, with delta or cumulative temporality', async () => {
  const cumulative = (at: number, value: number) =>
    otlpMetric(
      'gemini_cli.token.usage',
      at,
      value,
      { 'session.id': 'g', model: 'gemini-2.5-pro', type: 'input' },
      'gemini-cli',
      2,
    );
  const state = await importState([...metrics, ...metrics, cumulative(0, 100), cumulative(9, 300)]);
  expect(callsOf(state).map(({ usage }) => [usage!.input, usage!.output])).toEqual([
    [300, undefined],
    [1080, 40],
  ]);
});

test('Codex: only the last event of a stream has a usage, which includes the cache', async () => {
  const event = (kind: string, more: object) =>
    otlpLog(
      'codex.sse_event',
      100,
      { 'conversation.id': 'c', 'event.kind': kind, model: 'gpt-5.2-codex', ...more },
      'codex_exec',
    );
  const state = await importState([
    event('response.created', {}),
    event('response.completed', {
      input_token_count: '1000',
      cached_token_count: 800,
      output_token_count: '50',
      reasoning_token_count: 10,
      tool_token_count: '1050',
    }),
  ]);
  expect(
    callsOf(state).map(({ usage }) => [usage!.input, usage!.cacheRead, usage!.output, usage!.reasoning]),
  ).toEqual([[1000, 800, 50, 10]]);
});

test('Gemini CLI: thoughts are added to the output and tools to the input, as the total shows', async () => {
  const attributes = {
    'session.id': 'g',
    model: 'gemini-2.5-pro',
    input_token_count: 100,
    output_token_count: 20,
    cached_content_token_count: 60,
    thoughts_token_count: 30,
    tool_token_count: 5,
    total_token_count: 155,
    duration_ms: 900,
  };
  const state = await importState([otlpLog('gemini_cli.api_response', 1000, attributes, 'gemini-cli')]);
  expect(callsOf(state).map(({ usage }) => [usage!.input, usage!.output])).toEqual([[105, 50]]);
});
