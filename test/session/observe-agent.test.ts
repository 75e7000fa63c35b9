import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../src/collect/program/start-program.js';
import type { RunState, Span } from '../../src/profile/run/run-state.js';
import { recordProgram } from '../../src/session/record-program.js';
import { json, serve } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';

const MODEL = 'claude-sonnet-4-5';

/** Exports a turn as Claude Code does: the children of a span before the span, the same call as span, log event and metric. */
const AGENT = `#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACEPARENT, UPSTREAM, WAYS = 'spans,logs,metrics' } = process.env;
const [, traceId, parent] = TRACEPARENT.split('-');
const id = () => randomBytes(8).toString('hex');
const nano = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);
const attributes = (fields) => Object.entries(fields).map(([key, value]) => ({
  key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
}));
const resource = { attributes: attributes({ 'service.name': 'claude-code' }) };
async function post(signal, message) {
  if (!WAYS.includes({ traces: 'spans' }[signal] ?? signal)) return;
  const headers = { 'content-type': 'application/json', 'x-own': 'kept' };
  await fetch(endpoint + '/v1/' + signal, { method: 'POST', headers, body: JSON.stringify(message) });
}
const sendSpans = (...spans) => post('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans }] }] });
const turn = id();
const started = Date.now();
const headers = { 'x-api-key': 'k' };
const body = JSON.stringify({ model: '${MODEL}', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
if (UPSTREAM) await (await fetch(UPSTREAM + '/v1/messages', { method: 'POST', body, headers })).text();
const counts = { input_tokens: 8, output_tokens: 2, cache_read_tokens: 100, cache_creation_tokens: 0 };
const span = (name, from, to, fields, more = {}) => ({
  traceId, spanId: id(), parentSpanId: turn, name: 'claude_code.' + name, kind: 1,
  startTimeUnixNano: nano(started + from), endTimeUnixNano: nano(started + to),
  attributes: attributes({ 'span.type': name, 'session.id': 's1', ...fields }), ...more,
});
await sendSpans(
  span('llm_request', 0, 5, { model: '${MODEL}', ...counts, request_id: 'req_1' }),
  span('tool', 5, 9, { tool_name: 'Bash' }),
);
const timeUnixNano = nano(started + 5);
const log = (name, fields) => ({ timeUnixNano, body: { stringValue: 'claude_code.' + name },
  attributes: attributes({ 'event.name': name, 'session.id': 's1', ...fields }) });
await post('logs', { resourceLogs: [{ resource, scopeLogs: [{ scope: {}, logRecords: [
  log('user_prompt', { prompt: '<REDACTED>' }),
  log('api_request', { model: '${MODEL}', ...counts, duration_ms: 5, request_id: 'req_1' }),
] }] }] });
const point = (type, value) => ({ asInt: value, timeUnixNano, attributes: attributes({ type, model: '${MODEL}', 'session.id': 's1' }) });
await post('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope: {}, metrics: [
  { name: 'claude_code.token.usage', sum: { aggregationTemporality: 1, dataPoints: [point('input', 8), point('output', 2), point('cacheRead', 100)] } },
] }] }] });
await sendSpans(span('interaction', 0, 9, {}, { spanId: turn, parentSpanId: parent }));
`;

const ANSWER = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: MODEL,
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 8, output_tokens: 2, cache_read_input_tokens: 100 },
};

/** Runs the agent as `claude` and returns what was recorded. */
async function observe(env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, 'claude');
  writeFileSync(command, AGENT);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  chmodSync(command, 0o755);
  const program = await startProgram({
    command,
    args: [],
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'inherit',
    gateway: false,
    content: false,
  });
  const recording = recordProgram(program, { name: 'claude', prices: tableOf({}), env: {} });
  const { exit, state } = await recording.done;
  expect(exit).toEqual({ code: 0 });
  return state;
}

/** The spans as an outline: kind, name and tokens of a call that counts. */
function outline(state: RunState): string[] {
  const lines: string[] = [];
  const visit = ({ depth, kind, name, call, children }: Span): void => {
    const counts = call && (call.sameAs === undefined ? ` ${call.usage?.input}+${call.usage?.output}` : ' =');
    lines.push(`${'  '.repeat(depth)}${kind} ${name}${counts ?? ''}`);
    for (const child of children) visit(state.spans.get(child)!);
  };
  for (const root of state.roots) visit(state.spans.get(root)!);
  return lines;
}

test('an agent that reports a call as span, log event and metric has one call, within its turn', async () => {
  const state = await observe({});
  expect(outline(state)).toEqual([
    'program claude',
    '  step claude_code.interaction',
    `    llm ${MODEL} 108+2`,
    '    tool Bash',
  ]);
  expect(state.totals).toMatchObject({ calls: 1, input: 108, output: 2 });
  const [, turn, call, tool] = [...state.spans.values()].toSorted((a, b) => a.startedAt - b.startedAt);
  expect(call!.finishedAt! - call!.startedAt).toBeCloseTo(5, 1);
  expect(tool!.finishedAt! - tool!.startedAt).toBeCloseTo(4, 1);
  expect(turn!.finishedAt).toBeGreaterThanOrEqual(tool!.finishedAt!);
});

test.each(['logs', 'metrics'])(
  'an agent that reports its calls in %s only has them as well',
  async (ways) => {
    const state = await observe({ WAYS: ways });
    expect(state.totals).toMatchObject({ calls: 1, input: 108, output: 2 });
  },
);

test("a call seen by the tap and by telemetry counts once, and the user's own endpoint gets the same bytes", async () => {
  const upstream = await serve(json(200, ANSWER));
  const own = await serve(json(200, {}));
  const state = await observe({ UPSTREAM: upstream.url, OTEL_EXPORTER_OTLP_ENDPOINT: own.url });
  expect(outline(state)).toContain(`    llm ${MODEL} =`);
  expect(state.totals).toMatchObject({ calls: 1, input: 108, output: 2 });
  expect(own.received.map(({ path }) => path).toSorted()).toEqual([
    '/v1/logs',
    '/v1/metrics',
    '/v1/traces',
    '/v1/traces',
  ]);
  for (const { headers, body } of own.received) {
    expect(headers['x-own']).toBe('kept');
    expect(Object.keys(body as object)).toHaveLength(1);
  }
});
