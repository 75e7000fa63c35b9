import { once } from 'node:events';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLlmCaller } from '../../src/llm/client/caller.js';
import { chooseModel } from '../../src/llm/select/choose-model.js';
import type { LlmAttemptStart, LlmRequest, UnusableAnswer } from '../../src/llm/client/client.js';
import { CutAnswer } from '../../src/llm/client/llm-failure.js';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';
import { chatChunks, closedAddress, json, serve, stream, write, type Reply } from '../support/llm-server.js';

const rateLimited = json(429, { error: { message: 'Slow down.' } }, { 'retry-after': '7' });
const overloaded = json(503, { error: { message: 'No capacity.' } });

/** A caller with the real client over a real socket; waits are recorded instead of waited for. */
async function callerOf(env: NodeJS.ProcessEnv, options: { timeoutMs?: number; retries?: number } = {}) {
  const choice = await chooseModel({ env, probe: async () => undefined });
  const waits: number[] = [];
  const attempts: string[] = [];
  const caller = createLlmCaller(createModelSource(choice, { env, skills: {} }), {
    wait: async (ms) => void waits.push(ms),
    random: () => 0,
    ...options,
  });
  const onAttempt = ({ attempt }: LlmAttemptStart) => ({
    progress() {},
    responded: () => void attempts.push(`${attempt} responded`),
    failed: (error: unknown) => void attempts.push(`${attempt} ${(error as Error).constructor.name}`),
  });
  const generate = (request: LlmRequest, signal?: AbortSignal) =>
    caller.generate(request, { onAttempt, ...(signal ? { signal } : {}) });
  return { generate, waits, attempts };
}

async function compatible(...replies: Reply[]) {
  const server = await serve(...replies);
  return { ...server, env: { OPENAI_BASE_URL: `${server.url}/v1`, PFLOW_MODEL: 'openai-compatible/m' } };
}

test('a 429 waits for Retry-After, a 503 for the backoff, and every attempt is reported', async () => {
  const { env, received } = await compatible(rateLimited, overloaded, stream(chatChunks('done')));
  const { generate, waits, attempts } = await callerOf(env);
  expect((await generate({ prompt: 'hi' })).text).toBe('done');
  expect(waits).toEqual([7000, 1000]);
  expect(attempts).toEqual(['1 RequestFailure', '2 RequestFailure', '3 responded']);
  expect(received).toHaveLength(3);
});

test('a call fails after its last retry and states the number of attempts', async () => {
  const { env, received } = await compatible(overloaded);
  const { generate, waits } = await callerOf(env, { retries: 2 });
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_failed',
    message: '503 from OpenAI-compatible server: No capacity. Tried 3 times.',
  });
  expect(waits).toEqual([500, 1000]);
  expect(received).toHaveLength(3);
});

test('a Retry-After of an hour fails the call without waiting', async () => {
  const { env } = await compatible(json(429, { error: { message: 'Quota.' } }, { 'retry-after': '3600' }));
  const { generate, waits } = await callerOf(env);
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_failed',
    hint: expect.stringContaining('wait 1h00m'),
  });
  expect(waits).toEqual([]);
});

for (const [name, env, path] of [
  ['Anthropic', { ANTHROPIC_API_KEY: 'sk-ant-secret' }, 'ANTHROPIC_BASE_URL'],
  ['OpenAI', { OPENAI_API_KEY: 'sk-secret' }, 'OPENAI_BASE_URL'],
  ['Google', { GEMINI_API_KEY: 'g-secret' }, 'GEMINI_BASE_URL'],
] as const) {
  test(`a 401 from ${name} names the key's variable and the provider's message, shows no key and is not retried`, async () => {
    const { url, received } = await serve(
      json(401, { error: { message: `Incorrect API key: ${Object.values(env)[0]}.` } }),
    );
    const { generate } = await callerOf({ ...env, [path]: url });
    const failure = await generate({ prompt: 'hi' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'llm_refused',
      message: `401 from ${name}: ${Object.keys(env)[0]} was refused. It says: Incorrect API key: [key].`,
    });
    expect(String(failure) + JSON.stringify(failure)).not.toContain('secret');
    expect(received).toHaveLength(1);
  });
}

test("Google's 400 for an invalid key is treated as a rejected key", async () => {
  const { url } = await serve(
    json(400, {
      error: {
        code: 400,
        message: 'API key not valid. Please pass a valid API key.',
        status: 'INVALID_ARGUMENT',
      },
    }),
  );
  const { generate } = await callerOf({ GEMINI_API_KEY: 'x', GEMINI_BASE_URL: url });
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    message:
      '400 from Google: GEMINI_API_KEY was refused. It says: API key not valid. Please pass a valid API key.',
  });
});

test('an unknown model, an exhausted account and a bad request have distinct errors and are not retried', async () => {
  const cases = [
    [404, 'no such model', /^404 from OpenAI: there is no model 'gpt-6-luna'/],
    [429, 'You exceeded your quota (insufficient_quota)', /^429 from OpenAI: the account has no credit left/],
    [400, 'temperature is out of range', /^400 from OpenAI: temperature is out of range\.$/],
  ] as const;
  for (const [status, message, expected] of cases) {
    const { url, received } = await serve(json(status, { error: { message } }));
    const { generate } = await callerOf({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: url });
    await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
      code: 'llm_refused',
      message: expect.stringMatching(expected),
    });
    expect(received).toHaveLength(1);
  }
});

test('an unreachable server is reported with its address', async () => {
  const address = await closedAddress();
  const env = { OPENAI_BASE_URL: `${address}/v1`, PFLOW_MODEL: 'openai-compatible/m' };
  const { generate, waits } = await callerOf(env);
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_failed',
    message: `OpenAI-compatible server does not answer at ${address}/v1 (connection refused).`,
  });
  expect(waits).toEqual([]);
});

for (const end of ['end', 'destroy'] as const) {
  test(`a stream that breaks off (${end}) keeps its text, has no usage and is retried`, async () => {
    const { env } = await compatible(
      stream(chatChunks('a long answer').slice(0, 2), end),
      stream(chatChunks('whole')),
    );
    const failures: unknown[] = [];
    const choice = await chooseModel({ env });
    const caller = createLlmCaller(createModelSource(choice, { env, skills: {} }), { wait: async () => {} });
    const response = await caller.generate(
      { prompt: 'hi' },
      { onAttempt: () => ({ progress() {}, responded() {}, failed: (error) => failures.push(error) }) },
    );
    expect(response.text).toBe('whole');
    expect(failures).toHaveLength(1);
    expect(failures[0]).toBeInstanceOf(CutAnswer);
    expect((failures[0] as CutAnswer).response).toMatchObject({
      text: 'a long a',
      usage: null,
      usageOrigin: 'none',
    });
    expect((failures[0] as CutAnswer).message).toMatch(
      /^OpenAI-compatible server broke off its answer after 8 characters/,
    );
  });
}

// Both report usage early in the stream, so a usage does not prove that a response is complete.
const anthropicStart = [
  anthropicEvent({
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [],
      usage: { input_tokens: 9, output_tokens: 1 },
    },
  }),
  anthropicEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  anthropicEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Half an' } }),
];
const geminiStart = [
  {
    candidates: [{ content: { parts: [{ text: 'Half an' }], role: 'model' }, index: 0 }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2, totalTokenCount: 11 },
    modelVersion: 'gemini-x',
  },
];

for (const [name, env, start] of [
  ['ANTHROPIC_BASE_URL', { ANTHROPIC_API_KEY: 'k' }, anthropicStart],
  ['GEMINI_BASE_URL', { GEMINI_API_KEY: 'k' }, geminiStart],
] as const) {
  for (const end of ['end', 'destroy'] as const) {
    test(`a stream that breaks off after an early usage is a truncated response too (${name}, ${end})`, async () => {
      const { url } = await serve(stream(start, end));
      const { generate, attempts } = await callerOf({ ...env, [name]: url }, { retries: 0 });
      await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
        message: expect.stringContaining('broke off its answer after 7 characters'),
      });
      expect(attempts).toEqual(['1 CutAnswer']);
    });
  }

  test(`a 500 and a malformed stream are retried (${name})`, async () => {
    const { url } = await serve(
      json(500, { error: { message: 'Oops.' } }),
      stream([...start, 'data: {"type": \n\n']),
    );
    const { generate, attempts } = await callerOf({ ...env, [name]: url }, { retries: 1 });
    await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
      code: 'llm_failed',
      message: expect.stringContaining('Tried 2 times.'),
    });
    expect(attempts).toEqual(['1 RequestFailure', '2 CutAnswer']);
  });
}

test('an overload reported by Anthropic within a stream is in the error message', async () => {
  const overload = anthropicEvent({
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded' },
  });
  const { url } = await serve(stream([...anthropicStart, overload]));
  const { generate } = await callerOf({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: url }, { retries: 0 });
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    message: 'Anthropic broke off its answer after 7 characters: Overloaded.',
  });
});

test('a malformed chunk and an error event in a stream end the attempt as a truncated response', async () => {
  const broken = stream([...chatChunks('abc').slice(0, 2), 'data: {"id": \n\n']);
  const failing = stream([...chatChunks('abc').slice(0, 2), { error: { message: 'The GPU is on fire.' } }]);
  const { env } = await compatible(broken, failing, stream(chatChunks('fine')));
  const { generate, attempts } = await callerOf(env);
  expect((await generate({ prompt: 'hi' })).text).toBe('fine');
  expect(attempts).toEqual(['1 CutAnswer', '2 CutAnswer', '3 responded']);
});

test('an error message within a stream is in the error message of the call', async () => {
  const { env } = await compatible(
    stream([...chatChunks('abc').slice(0, 2), { error: { message: 'The GPU is on fire.' } }]),
  );
  const { generate } = await callerOf(env, { retries: 0 });
  await expect(generate({ prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_failed',
    message: expect.stringContaining('The GPU is on fire'),
  });
});

test('the time to first token is measured at the first content, not at the headers', async () => {
  let silence = 0;
  const { env } = await compatible(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const [role, ...rest] = chatChunks('slow');
    await write(response, role);
    const silentAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    silence = performance.now() - silentAt;
    for (const chunk of rest) await write(response, chunk);
    response.end();
  });
  const { generate } = await callerOf(env);
  const { firstTokenMs } = await generate({ prompt: 'hi' });
  expect(firstTokenMs).toBeGreaterThanOrEqual(silence);
});

test('an abort closes the connection within a response and is not retried', async () => {
  const controller = new AbortController();
  let closed: Promise<unknown> | undefined;
  const { env, received } = await compatible(async (response) => {
    closed = once(response, 'close');
    await stream(chatChunks('abcdefghij').slice(0, 3), 'open')(response, received[0]!);
    controller.abort();
  });
  const { generate, attempts } = await callerOf(env);
  await expect(generate({ prompt: 'hi' }, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  await closed;
  expect(attempts).toEqual(['1 DOMException']);
  expect(received).toHaveLength(1);
});

test('an attempt that exceeds its timeout is aborted, its connection closed, and retried', async () => {
  let closed: Promise<unknown> | undefined;
  const silent: Reply = (response) => void (closed ??= once(response, 'close'));
  const { env } = await compatible(silent, stream(chatChunks('late')));
  const { generate, attempts } = await callerOf(env, { timeoutMs: 300 });
  expect((await generate({ prompt: 'hi' })).text).toBe('late');
  await closed;
  expect(attempts).toEqual(['1 RequestFailure', '2 responded']);
});

test('an invalid structured response is repaired once by a request that contains the problem, and both are reported', async () => {
  const { env, received } = await compatible(
    stream(chatChunks('{"city": 5}')),
    stream(chatChunks('```json\n{"city": "Rome"}\n```')),
  );
  const { generate, attempts, waits } = await callerOf(env);
  const response = await generate({
    prompt: 'Which city?',
    schema: z.object({ city: z.string() }),
    schemaName: 'city',
  });
  expect(response.object).toEqual({ city: 'Rome' });
  expect(attempts).toEqual(['1 UnusableAnswer', '2 responded']);
  expect(waits).toEqual([]);
  expect(received[0]!.body['response_format']).toMatchObject({
    type: 'json_schema',
    json_schema: { name: 'city' },
  });
  const [message] = received[1]!.body['messages'] as { content: string }[];
  expect(message!.content).toContain('{"city": 5}');
  expect(message!.content).toContain('expected string, received number');
});

test('a second invalid structured response fails the call, and the failures contain the paid responses', async () => {
  const { env, received } = await compatible(stream(chatChunks('no json')));
  const choice = await chooseModel({ env });
  const failures: unknown[] = [];
  const caller = createLlmCaller(createModelSource(choice, { env, skills: {} }));
  const call = caller.generate(
    { prompt: 'x', schema: z.object({ a: z.string() }) },
    { onAttempt: () => ({ progress() {}, responded() {}, failed: (error) => failures.push(error) }) },
  );
  await expect(call).rejects.toMatchObject({
    code: 'llm_unusable_answer',
    message: expect.stringContaining('It is not valid JSON: "no json".'),
  });
  expect(received).toHaveLength(2);
  expect(failures.map((failure) => (failure as UnusableAnswer).response.usage?.input)).toEqual([11, 11]);
});

test('the usage of a response without one is estimated and marked as such', async () => {
  const { env, received } = await compatible(stream(chatChunks('one two three', { usage: null })));
  const { generate } = await callerOf(env);
  const response = await generate({ prompt: 'count to three' });
  expect(response).toMatchObject({
    usageOrigin: 'estimated',
    usage: { input: 3, output: 3, total: 6, source: 'estimate' },
  });
  expect(received[0]!.body['stream_options']).toEqual({ include_usage: true });
});

test('the responding model is recorded next to the requested one', async () => {
  const { env, received } = await compatible(stream(chatChunks('hi', { model: 'm-2026-01-01' })));
  const { generate } = await callerOf(env);
  expect((await generate({ prompt: 'x' })).model).toBe('m-2026-01-01');
  expect(received[0]!.body['model']).toBe('m');
});

test('image files are sent with the request, and a missing one is an error before any request', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pflow-')), 'dot.png');
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  writeFileSync(file, Buffer.from(png, 'base64'));
  const { env, received } = await compatible(stream(chatChunks('a dot')));
  const { generate } = await callerOf(env);
  await generate({ prompt: 'What is this?', images: [file] });
  expect(JSON.stringify(received[0]!.body)).toContain(`data:image/png;base64,${png}`);
  await expect(generate({ prompt: 'x', images: ['nowhere.png'] })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(received).toHaveLength(1);
});

function anthropicEvent(event: { type: string; [field: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
