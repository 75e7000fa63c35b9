import { afterEach, expect, test, vi } from 'vitest';
import { run } from '../../src/session/run.js';
import { json, serve } from '../support/llm-server.js';

afterEach(() => vi.unstubAllEnvs());

const TRACE = 'a'.repeat(32);
const PARENT = 'b'.repeat(16);

type Exported = { spanId: string; parentSpanId?: string; traceId: string; name: string };

test('a run within a trace is exported as part of it, and what its nodes start and request gets its trace context', async () => {
  const { url, received } = await serve(json(200, {}));
  vi.stubEnv('TRACEPARENT', `00-${TRACE}-${PARENT}-01`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  const workflow = {
    name: 'traced',
    nodes: [
      { id: 'ask', type: 'shell', params: { command: 'echo "$TRACEPARENT"' } },
      { id: 'fetch', type: 'http', params: { url: `${url}/page` } },
    ],
    edges: [{ from: 'ask', to: 'fetch' }],
    outputs: { context: { source: '${ask.stdout}' } },
  };
  const { outputs } = await run(workflow, { model: 'offline' });
  const requested = received.find(({ path }) => path === '/page')!.headers['traceparent'];
  const traces = (): Exported[] =>
    received
      .filter(({ path }) => path === '/v1/traces')
      .flatMap(({ body }) => [...JSON.stringify(body).matchAll(/"spans":(\[.*?\]),"schemaUrl"/g)])
      .flatMap(([, spans]) => JSON.parse(spans!) as Exported[]);
  await expect.poll(() => traces().some(({ name }) => name === 'invoke_agent traced')).toBe(true);
  const spans = traces();
  expect(spans.find(({ name }) => name === 'invoke_agent traced')).toMatchObject({ parentSpanId: PARENT });
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  const nameOf = (context: unknown) => {
    const [version, trace, span, flags] = String(context).trim().split('-');
    expect([version, trace, flags]).toEqual(['00', TRACE, '01']);
    const exec = spans.find(({ spanId }) => spanId === span)!;
    return spans.find(({ spanId }) => spanId === exec.parentSpanId)!.name;
  };
  expect([nameOf(outputs['context']), nameOf(requested)]).toEqual([
    'execute_tool shell',
    'execute_tool http',
  ]);
});

test('a run that belongs to no trace sends no trace context', async () => {
  const { url, received } = await serve(json(200, {}));
  const workflow = { name: 'plain', nodes: [{ id: 'fetch', type: 'http', params: { url } }] };
  await run(workflow, { model: 'offline' });
  expect(received[0]!.headers).not.toHaveProperty('traceparent');
});
