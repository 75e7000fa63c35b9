import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnLoopback } from '../../src/collect/loopback-server.js';
import { findPortHolder } from '../../src/collect/port-holder.js';
import { RawStore, splitByRun } from '../../src/collect/receiver/raw-store.js';
import { createReceiver, type OtlpMessage } from '../../src/collect/receiver/receive-otlp.js';
import { otlp } from '../importers/otlp-spans.js';

async function receive(onMessage: (message: OtlpMessage) => void = () => {}) {
  const messages: OtlpMessage[] = [];
  const receiver = createReceiver({
    onMessage(message) {
      onMessage(message);
      messages.push(message);
    },
  });
  const server = await listenOnLoopback({
    request(path, request, response) {
      if (!receiver(path, request, response)) response.writeHead(404).end();
    },
    upgrade: (_path, _request, socket) => void socket.destroy(),
  });
  onTestFinished(() => server.close());
  const post = async (body: Uint8Array | string, headers: Record<string, string> = {}, signal = 'traces') => {
    const response = await fetch(`${server.url}/v1/${signal}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()).toString() };
  };
  return { messages, post, port: server.port };
}

test('spans are received as JSON, compressed, and as the protobuf of the OpenTelemetry SDK', async () => {
  const { post, messages } = await receive();
  const json = JSON.stringify(otlp({ id: '1', name: 'chat' }));
  expect(await post(json)).toEqual({ status: 200, body: '{}' });
  expect(await post(gzipSync(json), { 'content-encoding': 'gzip' })).toEqual({ status: 200, body: '{}' });
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.getTracer('t').startSpan('from the SDK').end();
  const bytes = ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans())!;
  const type = { 'content-type': 'application/x-protobuf' };
  expect(await post(bytes, type)).toEqual({ status: 200, body: '' });
  expect(messages.map(({ received }) => received.spans.map(({ name }) => name))).toEqual([
    ['chat'],
    ['chat'],
    ['from the SDK'],
  ]);
});

test("the SDK's own exporter is answered as it expects", async () => {
  const { messages, port } = await receive();
  const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.getTracer('t').startSpan('exported').end();
  await provider.forceFlush();
  expect(messages.flatMap(({ received }) => received.spans.map(({ name }) => name))).toEqual(['exported']);
  await provider.shutdown();
});

test('items that cannot be read are reported as a partial success, other bodies are rejected', async () => {
  const { post } = await receive();
  const broken = JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x' }, { name: 'y' }] }] }],
  });
  expect(JSON.parse((await post(broken)).body)).toEqual({
    partialSuccess: { rejectedSpans: '2', errorMessage: 'Items without valid ids or times were dropped.' },
  });
  expect(await post('{"a":1}')).toMatchObject({ status: 400 });
  expect(await post('{')).toMatchObject({ status: 400 });
  expect(await post('x', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  expect(await post('{}', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  expect(await post('{}', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
  expect(await post(Buffer.from([0xff, 0xff]), { 'content-type': 'application/x-protobuf' })).toMatchObject({
    status: 400,
  });
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
  expect(await post(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
  expect(await post('{}', {}, 'other')).toMatchObject({ status: 404 });
});

test('a message that cannot be stored is answered with 503, so that its sender repeats it', async () => {
  const { post } = await receive(() => {
    throw new Error('no space left');
  });
  expect(await post(JSON.stringify(otlp({ id: '1' })))).toMatchObject({ status: 503 });
});

test('what is received is on disk at once, by run, until a later process has converted it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-raw-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = new RawStore(folder);
  store.add({ json: otlp({ id: '1', trace: 'a' }, { id: '2', trace: 'b' }) });
  store.add({ json: otlp({ id: '3', trace: 'a' }) });
  const files = readdirSync(folder).map((name) => join(folder, name));
  const lines = files.map((path) => readFileSync(path, 'utf8').trim().split('\n').length);
  expect(lines.toSorted()).toEqual([1, 2]);
  expect(store.takeQuiet(60_000)).toEqual([]);
  // As after a kill.
  const next = new RawStore(folder);
  expect(next.takeQuiet(1000).toSorted()).toEqual(files.toSorted());
  expect(next.takeQuiet(0)).toEqual([]);
  for (const path of files) next.markConverted(path);
  expect(new RawStore(folder).takeQuiet(0)).toEqual([]);
});

test('what a coding agent sends of one session is one run, other telemetry is a run by its trace or service', () => {
  const attributes = [{ key: 'session.id', value: { stringValue: 's1' } }];
  const resource = (name: string) => ({
    attributes: [{ key: 'service.name', value: { stringValue: name } }],
  });
  const spans = (service: string) => ({
    resource: resource(service),
    scopeSpans: [{ scope: {}, spans: [{ traceId: 'AA', attributes }, { traceId: 'bb' }] }],
  });
  const logs = (service: string) => ({
    resource: resource(service),
    scopeLogs: [{ scope: {}, logRecords: [{ attributes }] }],
  });
  const agent = { resourceSpans: [spans('claude-code')], resourceLogs: [logs('claude-code')] };
  expect([...splitByRun(agent).keys()]).toEqual(['session/s1', 'trace/bb']);
  expect(Object.keys(splitByRun(agent).get('session/s1')!)).toEqual(['resourceSpans', 'resourceLogs']);
  const app = { resourceSpans: [spans('app')], resourceLogs: [logs('app')] };
  expect([...splitByRun(app).keys()]).toEqual(['trace/aa', 'trace/bb', 'service/app']);
});

test('the process that holds a port is found', async () => {
  const { port } = await receive();
  const holder = findPortHolder(port);
  expect(process.platform === 'linux' ? holder?.pid : process.pid).toBe(process.pid);
});

test('the store has a limit: converted files are removed for it, and without any the sender repeats the message', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-raw-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const message = (name: string) => ({ json: otlp({ id: '1', trace: name, name }) });
  const size = JSON.stringify(message('1'.repeat(32)).json).length;
  const store = new RawStore(folder, Math.round(2.5 * size));
  for (const digit of ['1', '2', '3']) store.add(message(digit.repeat(32)));
  expect(() => store.add(message('4'.repeat(32)))).toThrow(/^The limit of \d+ bytes/);
  for (const path of store.takeQuiet(0)) store.markConverted(path);
  store.add(message('4'.repeat(32)));
  expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length).toBeLessThan(4);
});
