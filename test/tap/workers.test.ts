import { spawnSync } from 'node:child_process';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import threads, { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drainTap, tapRequests } from '../../src/tap/tap.js';
import { listenToTap } from '../support/tapped.js';

const original = threads.Worker;
const context = new AsyncLocalStorage<string>();
const tapFile = fileURLToPath(new URL('../../dist/tap.cjs', import.meta.url));

let server: Server;
let url: string;
let answer: RequestListener;
let tap: ReturnType<typeof listenToTap>;

beforeEach(async () => {
  answer = (_request, response) => void response.end('{"choices":[]}');
  server = createServer(async (request, response) => {
    await text(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  tap = listenToTap(() => context.getStore());
});

afterEach(async () => {
  tap.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A worker that sends a model request, then posts the response and its own start options to its parent. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  fetch(workerData, { method: 'POST', body: '{"model":"m"}' })
    .then((response) => response.text())
    .then((text) => parentPort.postMessage({ text, execArgv: process.execArgv }));
`;

test("a worker's request is captured in the async context that started it, before its message is handled", async () => {
  const worker = context.run(
    'a',
    () => new Worker(program, { eval: true, workerData: url, execArgv: ['--no-warnings'] }),
  );
  expect(worker).toBeInstanceOf(original);
  const [message] = (await once(worker, 'message')) as [unknown];
  drainTap();
  expect(message).toEqual({ text: '{"choices":[]}', execArgv: ['--no-warnings'] });
  expect(tap.heard).toMatchObject([
    {
      context: 'a',
      request: { client: 'worker', url },
      body: '{"model":"m"}',
      status: 200,
      end: { outcome: 'complete', bodyComplete: true },
    },
  ]);
  await worker.terminate();
});

test("a worker's request is answered by its parent instead of the network, or fails as the answer does", async () => {
  const bodies: string[] = [];
  const stop = tapRequests({
    answers: true,
    onRequest: () => ({
      onRequestBody: (body) => void bodies.push(Buffer.from(body ?? []).toString()),
      answer: async () => {
        if (bodies.length > 1) throw new Error('nothing recorded');
        const data = Buffer.from('answered');
        return { status: 200, headers: {}, headAfterMs: 0, pieces: [{ afterMs: 1, data }] };
      },
      onEnd() {},
    }),
  });
  const twice = `
    const { parentPort } = require('node:worker_threads');
    const post = () => fetch('https://models.invalid/v1/messages', { method: 'POST', body: '{"model":"m"}' }).then((response) => response.text());
    post().then(async (text) => parentPort.postMessage([text, await post().catch((error) => error.cause.message)]));
  `;
  const worker = new Worker(twice, { eval: true });
  const [message] = (await once(worker, 'message')) as [unknown];
  stop();
  expect(message).toEqual(['answered', 'nothing recorded']);
  expect(bodies).toEqual(['{"model":"m"}', '{"model":"m"}']);
  await expect.poll(() => tap.heard.map(({ end }) => end?.outcome)).toEqual(['complete', 'failed']);
  await worker.terminate();
});

test('a request of a nested worker is captured', async () => {
  const outer = `
    const { Worker, parentPort, workerData } = require('node:worker_threads');
    new Worker(workerData.program, { eval: true, workerData: workerData.url }).on('message', (message) => parentPort.postMessage(message));
  `;
  const worker = new Worker(outer, { eval: true, workerData: { program, url } });
  await once(worker, 'message');
  await expect.poll(() => tap.heard[0]?.end?.outcome).toBe('complete');
  expect(tap.heard).toHaveLength(1);
  await worker.terminate();
});

test('a worker terminated within a response leaves the bytes received so far', async () => {
  answer = (_request, response) => void response.write('data: {"choices":[]}\n\n');
  const worker = new Worker(program, { eval: true, workerData: url });
  await expect.poll(() => tap.heard[0]?.received).toBeGreaterThan(0);
  await worker.terminate();
  await expect.poll(() => tap.heard[0]?.end).toMatchObject({ outcome: 'abandoned', status: 200 });
  expect(Buffer.from(tap.heard[0]!.end!.body).toString()).toContain('choices');
});

test('the Worker class is restored with the last subscriber', () => {
  expect(threads.Worker).not.toBe(original);
  tap.stop();
  expect(threads.Worker).toBe(original);
  expect(Worker).toBe(original);
});

test.each([
  ['--import', pathToFileURL(tapFile).href],
  ['--require', tapFile],
])(
  "the tap loads standalone with %s, without undici's dispatcher or any module of the program",
  (flag, file) => {
    const inside = `
    const undici = Symbol.for('undici.globalDispatcher.1') in globalThis;
    const tap = globalThis[Symbol.for('pflow.tap.1')];
    const heard = [];
    tap.listen({ onRequest: ({ url }) => void heard.push(url) });
    fetch('http://127.0.0.1:2/v1/chat/completions', { method: 'POST', body: '{}' })
      .catch(() => {})
      .then(() => console.log(JSON.stringify({ undici, heard })));
  `;
    const { stdout, stderr } = spawnSync(process.execPath, [flag, file, '-e', inside], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ undici: false, heard: ['http://127.0.0.1:2/v1/chat/completions'] });
  },
);
