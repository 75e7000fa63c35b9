import { expect, test } from 'vitest';
import { TelemetryRecorder } from '../../src/collect/telemetry/telemetry-recorder.js';
import { TelemetrySpans } from '../../src/collect/telemetry/telemetry-spans.js';
import type { ForeignSpan } from '../../src/importers/frame/foreign-run.js';
import type { ReceivedSpan } from '../../src/otlp/decode/received.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import type { KnownTraceEvent } from '../../src/trace/event/event.js';
import { startSpan } from '../../src/trace/record/trace-span.js';
import { noRedactor } from '../../src/trace/redact/redact.js';
import { TraceLog } from '../../src/trace/write/event-log.js';
import { tableOf } from '../support/prices.js';

const NOW = 60_000;

/** A sink whose clock shows a minute since the start of the run. */
function record(parentId = 't/program') {
  let ms = 0;
  const log = new TraceLog({ now: () => ms, date: () => new Date() });
  let spans = 0;
  const sink = {
    emit: (body: Parameters<TraceLog['append']>[0]) => log.append(body),
    nextSpan: () => ++spans,
    capture: createCapture({ level: 'full', redactor: noRedactor }),
    now: () => NOW,
  };
  const root = startSpan(sink, { kind: 'program', name: 'agent' });
  ms = NOW;
  const context = {
    sink,
    root,
    parentId,
    startedAtMs: 1_000_000,
    onCall: () => {},
    onError: (error: unknown) => expect.unreachable(String(error)),
  };
  const state = (): RunState => reduceEvents(log.all as KnownTraceEvent[], { prices: tableOf({}) });
  return { context, state };
}

const span = (id: string, parent: string, more: Partial<ForeignSpan> = {}): ForeignSpan => ({
  id: `t/${id}`,
  parent: `t/${parent}`,
  kind: 'step',
  name: id,
  startMs: 1_000_010,
  endMs: 1_000_020,
  detail: () => ({}),
  ...more,
});

function outline(state: RunState): string[] {
  const visit = (id: number): string[] => {
    const { depth, name, startedAt, finishedAt, children, call, status } = state.spans.get(id)!;
    const tokens = call && (call.sameAs === undefined ? ` ${call.usage?.input} tokens` : ' =');
    const time = status === 'running' ? 'running' : `${startedAt}–${finishedAt}`;
    return [`${'  '.repeat(depth)}${name} ${time}${tokens ?? ''}`, ...children.flatMap(visit)];
  };
  return state.roots.flatMap(visit);
}

const call = (id: string, parent: string, input: number, more: Partial<ForeignSpan> = {}): ForeignSpan =>
  span(id, parent, {
    kind: 'llm',
    call: { model: id, tokens: input, isRequest: true },
    detail: () => ({
      call: { usage: { input, output: 0, source: 'x', convention: 'assumed', warnings: [] } },
    }),
    ...more,
  });

test('a child waits for its parent; after a while the parent is provisional until it is received itself', () => {
  const { context, state } = record();
  const spans = new TelemetrySpans(context);
  spans.add(span('inner', 'tool', { endMs: 1_000_015 }));
  spans.add(span('tool', 'turn', { startMs: 1_000_005 }));
  spans.placeWaiting();
  expect(outline(state())).toEqual(['agent running']);
  spans.placeWaiting(0);
  expect(outline(state())).toEqual([
    'agent running',
    '  in progress running',
    '    tool 5–20',
    '      inner 10–15',
  ]);
  spans.add(span('early', 'turn', { startMs: 1_000_002, endMs: 1_000_003 }));
  spans.add(span('turn', 'program', { startMs: 1_000_001, endMs: 1_000_030 }));
  const all = ['agent running', '  turn 1–30', '    early 2–3', '    tool 5–20', '      inner 10–15'];
  expect(outline(state())).toEqual(all);
  spans.add(span('tool', 'turn'));
  spans.close();
  expect(outline(state())).toEqual(all);
});

test('a parent that is never received ends with its last child', () => {
  const { context, state } = record();
  const spans = new TelemetrySpans(context);
  spans.add(span('tool', 'lost'));
  spans.placeWaiting(0);
  spans.add(span('before', 'lost', { startMs: 1_000_004, endMs: 1_000_005 }));
  spans.close();
  expect(outline(state())).toEqual([
    'agent running',
    '  in progress 4–20',
    '    before 4–5',
    '    tool 10–20',
  ]);
});

test('the usage of a span around calls is a sum, in whatever order they are received', () => {
  const before = record();
  const spans = new TelemetrySpans(before.context);
  spans.add(call('inner', 'outer', 7));
  spans.add(call('outer', 'program', 7));
  expect(before.state().totals).toMatchObject({ calls: 1, input: 7 });
  const after = record();
  const late = new TelemetrySpans(after.context);
  late.add(call('outer', 'program', 7));
  late.add(call('inner', 'outer', 7));
  expect(outline(after.state())).toEqual(['agent running', '  outer 10–20 =', '    inner 10–20 7 tokens']);
  expect(after.state().totals).toMatchObject({ calls: 1, input: 7 });
});

test('a provisional span that turns out to be a call has it as its child', () => {
  const { context, state } = record();
  const spans = new TelemetrySpans(context);
  spans.add(span('tool', 'call'));
  spans.placeWaiting(0);
  spans.add(call('call', 'program', 9));
  expect(outline(state())).toEqual([
    'agent running',
    '  call 10–20',
    '    tool 10–20',
    '    call 10–20 9 tokens',
  ]);
});

test('log records become lines of their spans', () => {
  const { context, state } = record();
  const recorder = new TelemetryRecorder(context);
  const origin = { resource: {}, scope: '' };
  const received: ReceivedSpan = {
    ...origin,
    traceId: 't',
    spanId: 'own',
    parentSpanId: 'program',
    name: 'work',
    startMs: 1_000_000,
    endMs: 1_000_001,
    attributes: {},
    events: [],
    links: [],
    failed: false,
  };
  const log = { ...origin, atMs: 1_000_000, severity: 17, body: 'broken', attributes: {} };
  recorder.add({ spans: [received], logs: [{ ...log, traceId: 't', spanId: 'own' }, log], points: [] });
  recorder.close();
  const [root, work] = [...state().spans.values()];
  expect([root!.logs, work!.logs]).toMatchObject([
    [{ stream: 'stderr', text: 'broken', level: 'error' }],
    [{ stream: 'stderr', text: 'broken', level: 'error' }],
  ]);
});

test('an agent without spans is shown by its log events as they are received, and a span that follows is not another call', () => {
  const { context, state } = record();
  const recorder = new TelemetryRecorder(context);
  const origin = { resource: { 'service.name': 'claude-code' }, scope: '' };
  const log = (second: number, name: string, attributes: Record<string, unknown>) => ({
    ...origin,
    atMs: 1_000_000 + second * 1000,
    severity: 9,
    name,
    body: `claude_code.${name}`,
    attributes: { 'session.id': 's', ...attributes },
  });
  const request = (second: number, input: number) =>
    log(second, 'api_request', {
      model: 'claude-haiku-4-5',
      input_tokens: input,
      output_tokens: 1,
      duration_ms: 1000,
      request_id: `r${second}`,
    });
  const receive = (...logs: ReturnType<typeof log>[]) => {
    recorder.add({ spans: [], logs, points: [] });
    recorder.placeWaiting(0);
  };
  receive(log(1, 'user_prompt', {}), request(4, 100));
  expect(outline(state()).slice(1)).toEqual([
    '  Claude Code running',
    '    turn 1 running',
    '      claude-haiku-4-5 3000–4000 100 tokens',
  ]);
  receive(request(6, 200), log(7, 'user_prompt', {}), request(9, 300));
  const llmRequest: ReceivedSpan = {
    ...origin,
    traceId: 't',
    spanId: 'own',
    parentSpanId: 'program',
    name: 'claude_code.llm_request',
    startMs: 1_008_000,
    endMs: 1_009_000,
    attributes: {
      'span.type': 'llm_request',
      model: 'claude-haiku-4-5',
      input_tokens: 300,
      output_tokens: 1,
      cache_creation_tokens: 0,
      request_id: 'r9',
    },
    events: [],
    links: [],
    failed: false,
  };
  recorder.add({ spans: [llmRequest], logs: [], points: [] });
  recorder.close();
  const final = state();
  expect(outline(final).slice(1)).toEqual([
    '  Claude Code 1000–9000',
    '    turn 1 1000–7000',
    '      claude-haiku-4-5 3000–4000 100 tokens',
    '      claude-haiku-4-5 5000–6000 200 tokens',
    '    turn 2 7000–9000',
    '      claude-haiku-4-5 8000–9000 300 tokens',
    '  claude-haiku-4-5 8000–9000 =',
  ]);
  expect(final.totals).toMatchObject({ calls: 3, input: 600 });
});
