/** The fuzz target for the servers: damaged requests to the OTLP receivers and the gateway, which must answer or close, and go on. */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ObservedExchange } from '../../src/collect/calls/observed-exchange.js';
import { createGateway } from '../../src/collect/gateway/gateway.js';
import { listenOnLoopback } from '../../src/collect/loopback-server.js';
import { listenForGrpc } from '../../src/collect/receiver/receive-grpc.js';
import { createReceiver } from '../../src/collect/receiver/receive-otlp.js';
import { encodeOtlpProtobuf } from '../../src/otlp/encode-protobuf.js';
import { otlp } from '../importers/otlp-spans.js';
import { memorySink } from '../support/tracing.js';
import { mutateBytes, mutateJson, mutateText, type Random } from './random.js';

const chat = { model: 'gpt-5-mini', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
const spans = otlp({ id: '1', name: 'chat', attributes: { 'gen_ai.usage.input_tokens': 3 } });
const answer = {
  id: 'c1',
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
};

/** What a request is made of before it is damaged. */
const requests: readonly ((random: Random) => { path: string; headers: string[]; body: Buffer })[] = [
  (random) => ({
    path: random.pick(['/v1/traces', '/v1/logs', '/v1/metrics', '/v1/%00', '/v1/traces?x']),
    headers: ['content-type: application/json'],
    body: Buffer.from(JSON.stringify(mutateJson(spans, random))),
  }),
  (random) => ({
    path: random.pick(['/v1/traces', '/v1/logs', '/v1/metrics']),
    headers: ['content-type: application/x-protobuf'],
    body: mutateBytes(encodeOtlpProtobuf(spans, 'traces'), random),
  }),
  (random) => ({
    path: '/v1/traces',
    headers: [
      'content-type: application/json',
      `content-encoding: ${random.pick(['gzip', 'deflate', 'br', 'gzip, gzip'])}`,
    ],
    body: mutateBytes(gzipSync(JSON.stringify(spans)), random),
  }),
  (random) => ({
    path: random.pick([
      '/openai/v1/chat/completions',
      '/openai/../../x',
      '/openai',
      '/anthropic/v1/messages?a=%',
    ]),
    headers: ['content-type: application/json', 'authorization: Bearer sk-1'],
    body: Buffer.from(JSON.stringify(mutateJson(chat, random))),
  }),
  (random) => ({
    path: '/openai/v1/responses',
    headers: ['connection: upgrade', 'upgrade: websocket', `sec-websocket-key: ${random.below(1000)}`],
    body: Buffer.alloc(random.below(50), 0xff),
  }),
];

/** The servers of all cases. They do not keep the process alive. */
let servers: Promise<Readonly<{ port: number; grpcPort: number }>> | undefined;

async function startServers(): Promise<Readonly<{ port: number; grpcPort: number }>> {
  const upstream = http.createServer((request, response) => {
    request.resume().on('end', () => response.end(JSON.stringify(answer)));
  });
  upstream.on('clientError', (_error, socket) => void socket.destroy());
  upstream.on('upgrade', (_request, socket) => void socket.destroy());
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  upstream.unref();
  const origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const sink = memorySink();
  const gateway = createGateway({
    upstreams: { openai: origin, anthropic: origin },
    listener: {
      onRequest: (request, exchange) =>
        new ObservedExchange(request, exchange, {
          sink,
          seenBy: 'gateway',
          openParent: () => 0,
          onFinished: () => {},
        }),
    },
  });
  const receiver = createReceiver({ onMessage: () => {} });
  const { port } = await listenOnLoopback({
    request(path, request, response) {
      if (receiver(path, request, response) || gateway.request(path, request, response)) return;
      response.writeHead(404).end();
    },
    upgrade(path, request, socket, head) {
      if (!gateway.upgrade(path, request, socket, head)) socket.destroy();
    },
  });
  const { port: grpcPort } = await listenForGrpc(0, { onMessage: () => {} });
  return { port, grpcPort };
}

/** Sends a damaged request; a problem is a connection that stays open without an answer, and a server that no longer works. */
export async function sendDamaged(random: Random): Promise<string[]> {
  const { port, grpcPort } = await (servers ??= startServers());
  const isGrpc = random.chance(5);
  const { path, headers, body } = random.pick(requests)(random);
  const method = random.pick(['POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'PRI']);
  const length = random.chance(6) ? random.below(1000) : body.length;
  let head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${random.chance(20) ? 'evil.example' : `127.0.0.1:${port}`}`,
    ...headers,
    random.chance(8) ? 'transfer-encoding: chunked' : `content-length: ${length}`,
  ].join('\r\n');
  if (random.chance(5)) head = mutateText(head, random);
  const whole = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
  const bytes = isGrpc
    ? mutateBytes(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), body]), random)
    : whole;
  const isAnswered = await send(isGrpc ? grpcPort : port, bytes);
  const problems = isAnswered ? [] : [`no end of ${JSON.stringify(bytes.toString('latin1').slice(0, 200))}`];
  const healthy = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spans),
  });
  await healthy.arrayBuffer();
  return healthy.status === 200 ? problems : [...problems, `afterwards ${healthy.status}`];
}

const TIMEOUT_MS = 5000;

/** Sends the bytes and ends the connection's sending side. Resolves with whether the server ends it as well. */
function send(port: number, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(false);
    }, TIMEOUT_MS);
    socket.on('error', () => {});
    socket.resume().on('close', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
