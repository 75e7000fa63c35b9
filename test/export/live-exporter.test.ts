import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { LiveExporter } from '../../src/export/otlp/live/live-exporter.js';
import { readExporterSettings } from '../../src/export/otlp/live/exporter-settings.js';
import { decodeOtlpProtobuf } from '../../src/otlp/decode/decode-protobuf.js';
import { createProfile } from '../../src/profile/run/profile.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { TraceLog } from '../../src/trace/write/event-log.js';
import { importState } from '../importers/convert.js';
import { closedAddress } from '../support/llm-server.js';
import { testPrices } from '../support/prices.js';
import { buildTrace } from '../support/trace-builder.js';

type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: Buffer }>;

/** An endpoint that answers as `reply` does: 200 by default. */
async function endpoint(reply: (response: ServerResponse, count: number) => void = (r) => void r.end('{}')) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks) });
      reply(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const id of ['one', 'two', 'three'])
      t.node(
        id,
        { nodeType: 'llm' },
        () => void t.llm({ ms: 100, input: 10, output: 2, prompt: 'secret question' }),
      );
  }),
);

/** Exports the run event by event, and returns the warnings and how long the end took. */
async function exportRun(env: Readonly<Record<string, string>>, between = async (): Promise<void> => {}) {
  const warnings: string[] = [];
  const log = new TraceLog();
  const profile = createProfile({ prices: testPrices });
  log.subscribe((event) => profile.apply(event));
  const exporter = new LiveExporter(
    readExporterSettings(env)!,
    log,
    () => profile.state,
    (w) => warnings.push(w),
  );
  for (const event of events) log.append(event as Exclude<TraceEvent, { raw: unknown }>);
  await between();
  const began = performance.now();
  await exporter.finish();
  return { warnings, ms: performance.now() - began, state: profile.state };
}

test('a run is exported as it runs: spans in batches, the run at the end, once each; it imports as the same run', async () => {
  const { url, received } = await endpoint();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/base/`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, other = c',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3',
    OTEL_SERVICE_NAME: 'my-flow',
  };
  const { warnings, state } = await exportRun(env);
  expect(warnings).toEqual([]);
  const traces = received.filter(({ path }) => path === '/base/v1/traces');
  expect(traces.length).toBeGreaterThan(1);
  for (const { headers } of traces)
    expect(headers).toMatchObject({ 'api-key': 'a b', other: 'c', 'content-type': 'application/json' });
  const messages = traces.map(({ body }) => JSON.parse(body.toString()) as object);
  expect(JSON.stringify(messages)).toContain('my-flow');
  expect(JSON.stringify(messages)).not.toContain('secret question');
  const imported = await importState(messages);
  expect(imported.started!.run).toBe(state.started!.run);
  expect([imported.spans.size, imported.totals.calls, imported.totals.input]).toEqual([7, 3, 30]);
  const [metrics] = received.filter(({ path }) => path === '/base/v1/metrics');
  expect(JSON.parse(metrics!.body.toString())).toMatchObject({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'gen_ai.client.token.usage',
                histogram: { dataPoints: [{ count: '3', sum: 30 }, { sum: 6 }] },
              },
              { name: 'gen_ai.client.operation.duration' },
              { name: 'gen_ai.invoke_agent.duration' },
            ],
          },
        ],
      },
    ],
  });
});

test('the default is protobuf; it may be compressed, and contain prompts on request', async () => {
  const { url, received } = await endpoint();
  await exportRun({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/own`,
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  });
  expect(received.map(({ path }) => path)).toEqual(['/own']);
  expect(received[0]!.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
  });
  const message = decodeOtlpProtobuf(gunzipSync(received[0]!.body), 'traces');
  expect(JSON.stringify(message)).toContain('secret question');
  expect((await importState([message])).totals).toMatchObject({ calls: 3, input: 30 });
});

test('a response that asks to come again is retried after the time that it states', async () => {
  const { url, received } = await endpoint((response, count) =>
    count === 1 ? response.writeHead(503, { 'retry-after': '0.01' }).end() : response.end(),
  );
  const { warnings } = await exportRun({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_METRICS_EXPORTER: 'none' });
  expect(warnings).toEqual([]);
  expect(received).toHaveLength(2);
  expect(received[0]!.body).toEqual(received[1]!.body);
});

test('an endpoint that is dead, hangs, or answers 503 or 400 delays the exit by two seconds at most', async () => {
  const hanging = await endpoint(() => {});
  const unavailable = await endpoint((response) => void response.writeHead(503).end());
  const rejecting = await endpoint((response) => void response.writeHead(400).end());
  const results = await Promise.all(
    [await closedAddress(), hanging.url, unavailable.url, rejecting.url].map((url) =>
      exportRun({ OTEL_EXPORTER_OTLP_ENDPOINT: url }),
    ),
  );
  for (const { ms, warnings } of results) {
    expect(ms).toBeLessThan(2500);
    expect(warnings).toHaveLength(1);
  }
  expect(results.map(({ warnings }) => warnings[0])).toEqual([
    expect.stringMatching(/^Telemetry was not exported to http.*ECONNREFUSED/),
    expect.stringMatching(/: no response within 10 s\.$/),
    expect.stringMatching(/: it answered 503\.$/),
    expect.stringMatching(/: it answered 400\.$/),
  ]);
  expect(rejecting.received.filter(({ path }) => path === '/v1/traces')).toHaveLength(1);
});

test('nothing is exported without an endpoint, and what is not supported is a warning', () => {
  expect(readExporterSettings({})).toBeUndefined();
  expect(
    readExporterSettings({ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }),
  ).toBeUndefined();
  const warned = (env: Readonly<Record<string, string>>) => readExporterSettings(env)?.warnings;
  expect(warned({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([
    expect.stringContaining('the protocol grpc is not supported'),
  ]);
  expect(warned({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' })).toEqual([
    expect.stringContaining("'localhost:4318/v1/traces'"),
    expect.stringContaining("'localhost:4318/v1/metrics'"),
  ]);
});
