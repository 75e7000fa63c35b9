import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readCallFile } from '../../../src/collect/replay/call-file.js';
import { recordCalls } from '../../../src/collect/replay/record-calls.js';
import { createReplay, replayCalls } from '../../../src/collect/replay/replay-calls.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { chatChunks, json, serve, stream, write, type Reply } from '../../support/llm-server.js';
import { listenToTap } from '../../support/tapped.js';

const KEY = 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH';
const redactor = createRedactor({ env: { SERVICE_TOKEN: 'a-value-of-the-environment' } });
let file: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-calls-'));
  file = join(folder, 'calls.jsonl');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

type Post = (content: string, more?: object) => Promise<string>;

const poster =
  (url: string): Post =>
  async (content, more = {}) => {
    const response = await fetch(`${url}/v1/chat/completions?key=${KEY}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-test-1', messages: [{ role: 'user', content }], ...more }),
    });
    return `${response.status} ${await response.text()}`;
  };

/** Runs `work` against a server while its calls are recorded, and returns what it returned. */
async function record<T>(replies: readonly Reply[], work: (post: Post) => Promise<T>): Promise<T> {
  const { url } = await serve(...replies);
  const heard = listenToTap();
  const warnings: string[] = [];
  const recorder = recordCalls(file, { keys: [], redactor, onWarning: (text) => warnings.push(text) });
  try {
    const result = await work(poster(url));
    await expect.poll(() => heard.heard.every(({ end }) => end !== undefined)).toBe(true);
    expect(warnings).toEqual([]);
    return result;
  } finally {
    recorder.stop();
    heard.stop();
  }
}

let stopReplay: (() => void) | undefined;
let misses: string[];
afterEach(() => stopReplay?.());

/** Answers from the file; the host does not exist. */
function replay(): Post {
  misses = [];
  stopReplay = replayCalls(
    createReplay(file, readCallFile(file).calls, { redactor, onMiss: (text) => misses.push(text) }),
  );
  return poster('https://models.invalid');
}

test('equal requests are replayed in their order and the last one again, whatever differs in sender, host and order of fields', async () => {
  const replies = ['one', 'two'].map((text) => json(200, { text }));
  await record(replies, async (post) => [await post('Hi'), await post('Hi', { user: 'a' })]);
  const post = replay();
  const same = { temperature: undefined, metadata: { run: '7' } };
  expect([await post('Hi'), await post('Hi', same), await post('Hi')]).toEqual(
    ['one', 'two', 'two'].map((text) => `200 {"text":"${text}"}`),
  );
});

test('a stream is replayed byte for byte with its pauses, also one that was compressed', async () => {
  const chunks = chatChunks('Zürich 東京');
  const slow: Reply = async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) {
      await write(response, chunk);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    response.end('data: [DONE]\n\n');
  };
  const zipped: Reply = (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      .end(gzipSync(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')));
  const sent = await record([slow, zipped], async (post) => [await post('slow'), await post('zipped')]);
  const { calls } = readCallFile(file);
  expect(calls[0]!.pieces.length).toBeGreaterThan(1);
  const post = replay();
  const started = performance.now();
  expect([await post('slow'), await post('zipped')]).toEqual(sent);
  expect(performance.now() - started).toBeGreaterThan(25 * (chunks.length - 1) * 0.8);
});

test('failures are replayed: a status with its retry-after, and a stream that broke off', async () => {
  const cut = stream(chatChunks('Hello').slice(0, 2), 'destroy');
  await record(
    [json(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }), cut],
    async (post) => {
      await post('Hi');
      await expect(post('Hi')).rejects.toThrow();
    },
  );
  const heard = listenToTap();
  const post = replay();
  expect(await post('Hi')).toBe('429 {"error":{"message":"slow down"}}');
  await expect(post('Hi')).rejects.toThrow();
  heard.stop();
  expect(heard.heard[0]!.end!.headers['retry-after']).toBe('7');
  expect(Buffer.from(heard.heard[1]!.end!.body).toString()).toContain('gpt-test-1');
});

test('no secret of request, headers or response is written, also one that is spread over the events of a stream', async () => {
  const spread = chatChunks(`The key is ${KEY.slice(0, 20)}`).concat(
    chatChunks(`${KEY.slice(20)} as you see`),
  );
  const secrets = stream([...spread, 'data: [DONE]\n\n']);
  const plain = json(
    200,
    { text: 'a-value-of-the-environment', tool: { password: 'hunter2!' } },
    { 'set-cookie': KEY },
  );
  await record([secrets, plain], async (post) => {
    await post(`My key is ${KEY}`);
    await post('Hi', { password: 'correct horse' });
  });
  const written = readFileSync(file, 'utf8');
  for (const secret of [
    KEY,
    KEY.slice(0, 20),
    KEY.slice(20),
    'a-value-of-the-env',
    'hunter2',
    'correct horse',
    'cookie',
  ])
    expect(written).not.toContain(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = await replay()(`My key is ${KEY}`);
  expect(text).toContain('The key is [secret:openai-key] as you see');
  expect(text).toContain('[DONE]');
  expect(misses).toEqual([]);
});

test('a request that was not recorded fails with the nearest recorded one and the differences', async () => {
  await record([json(200, {})], async (post) => {
    await post('Name the capital of France.', { temperature: 1 });
    await post('Translate this text into German: hello');
  });
  const post = replay();
  const answer = await post('Name the capital of Spain.', { temperature: 0 });
  expect(answer).toMatch(
    /^400 .*"A request to gpt-test-1 \(POST \/v1\/chat\/completions\) is not recorded in calls\.jsonl/,
  );
  expect(misses).toMatchInlineSnapshot(`
    [
      "A request to gpt-test-1 (POST /v1/chat/completions) is not recorded in calls.jsonl. The nearest is call 1, which differs in:
      messages[0].content
        recorded:  "Name the capital of France."
        requested: "Name the capital of Spain."
      temperature
        recorded:  1
        requested: 0
    Record it again with --record if the workflow has changed.",
    ]
  `);
});

test('a file of anything else is neither replaced nor replayed, and a torn last line is passed over', async () => {
  const options = { keys: [], redactor, onWarning() {} };
  writeFileSync(file, '# Notes\n');
  expect(() => recordCalls(file, options)).toThrow('is not replaced');
  expect(() => readCallFile(file)).toThrow('holds no recorded calls');
  expect(() => readCallFile(`${file}.missing`)).toThrow('There is no file');
  rmSync(file);
  await record([json(200, { text: 'one' })], (post) => post('Hi'));
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"call":2,"request":{"meth`);
  expect(readCallFile(file).calls).toHaveLength(1);
  await record([json(200, { text: 'two' })], (post) => post('Hi'));
  expect(await replay()('Hi')).toContain('two');
});

test('a request to a provider that calls no model, such as a list of models, does not reach the network either', async () => {
  await record([json(200, { choices: [] })], (post) => post('a'));
  replay();
  const viaFetch = await fetch('https://api.openai.com/v1/models');
  expect([viaFetch.status, await viaFetch.text()]).toEqual([400, expect.stringContaining('is not recorded')]);
  const viaHttps = await new Promise<number | undefined>((resolve, reject) => {
    https
      .get('https://api.anthropic.com/v1/models', (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
  expect(viaHttps).toBe(400);
  expect(misses).toEqual([
    expect.stringContaining('A request (GET /v1/models) is not recorded'),
    expect.stringContaining('A request (GET /v1/models) is not recorded'),
  ]);
});
