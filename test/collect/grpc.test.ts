import http2 from 'node:http2';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { listenForGrpc } from '../../src/collect/receiver/receive-grpc.js';
import type { OtlpMessage, ReceiverOptions } from '../../src/collect/receiver/receive-otlp.js';
import { encodeOtlpProtobuf } from '../../src/otlp/encode-protobuf.js';
import { otlp } from '../importers/otlp-spans.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** A receiver, and a client as the exporters of gRPC are. */
async function receive(
  onMessage: (message: OtlpMessage) => void = () => {},
  onRequest?: ReceiverOptions['onRequest'],
) {
  const messages: OtlpMessage[] = [];
  const server = await listenForGrpc(0, {
    onMessage(message) {
      onMessage(message);
      messages.push(message);
    },
    ...(onRequest ? { onRequest } : {}),
  });
  const client = http2.connect(`http://127.0.0.1:${server.port}`);
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const call = async (
    body: Buffer,
    { path = TRACES, isCompressed = false, length = body.length, headers = {} } = {},
  ) => {
    const prefix = Buffer.from([isCompressed ? 1 : 0, 0, 0, 0, 0]);
    prefix.writeUInt32BE(length, 1);
    const stream = client.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let status: Record<string, unknown> = {};
    stream.on('response', (head) => (status = { ...status, ...head }));
    stream.on('trailers', (trailers) => (status = { ...status, ...trailers }));
    stream.end(Buffer.concat([prefix, body]));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return { status: Number(status['grpc-status']), http: status[':status'], body: Buffer.concat(chunks) };
  };
  return { call, messages, server };
}

const spans = encodeOtlpProtobuf(otlp({ id: '1', name: 'chat' }), 'traces');

test('spans are received over gRPC, compressed or not, each call answered with an empty message', async () => {
  const { call, messages } = await receive();
  expect(await call(spans)).toEqual({ status: 0, http: 200, body: Buffer.alloc(5) });
  const headers = { 'grpc-encoding': 'gzip' };
  expect(await call(gzipSync(spans), { isCompressed: true, headers })).toMatchObject({ status: 0 });
  expect(messages.map(({ received }) => received.spans.map(({ name }) => name))).toEqual([
    ['chat'],
    ['chat'],
  ]);
});

test('a message is passed on as it was sent, with the headers of OTLP over HTTP', async () => {
  const requests: unknown[] = [];
  const { call } = await receive(undefined, (...request) => requests.push(request));
  const body = gzipSync(spans);
  const headers = { 'grpc-encoding': 'gzip', 'grpc-timeout': '10S', 'api-key': 'k' };
  await call(body, { isCompressed: true, headers });
  await call(spans);
  const type = { 'content-type': 'application/x-protobuf' };
  expect(requests).toEqual([
    ['traces', body, { ...type, 'api-key': 'k', 'content-encoding': 'gzip' }],
    ['traces', spans, type],
  ]);
});

test('a request of another type, an unknown method, a broken message and a full disk are answered with their status', async () => {
  const { call } = await receive(() => {
    throw new Error('the disk is full');
  });
  expect(await call(spans, { path: '/x/y' })).toMatchObject({ status: 12 });
  expect(await call(spans, { headers: { 'content-type': 'text/plain' } })).toMatchObject({ status: 3 });
  expect(await call(spans, { length: 3 })).toMatchObject({ status: 3 });
  expect(await call(Buffer.from([0xff, 0xff]))).toMatchObject({ status: 3 });
  expect(await call(spans)).toMatchObject({ status: 14 });
});
