import { once } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLlmCaller } from '../../src/llm/client/caller.js';
import type { LlmRequest } from '../../src/llm/client/client.js';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';
import { splitReasoning } from '../../src/llm/providers/think-tags.js';
import { chooseModel } from '../../src/llm/select/choose-model.js';
import { chatChunks, json, serve, stream, write, type Reply } from '../support/llm-server.js';

type Limits = Readonly<{ idleMs?: number; retries?: number }>;

async function generate(env: NodeJS.ProcessEnv, request: LlmRequest, limits: Limits = {}) {
  const choice = await chooseModel({ env, probe: async () => undefined });
  const models = createModelSource(choice, { env, skills: {} });
  const seen: string[] = [];
  const caller = createLlmCaller(models, { wait: async () => {}, ...limits });
  const onAttempt = () => ({ progress: (text: string) => void seen.push(text), responded() {}, failed() {} });
  const response = await caller.generate(request, { onAttempt });
  return { ...response, seen };
}

async function compatible(...replies: Reply[]) {
  const server = await serve(...replies);
  return { ...server, env: { OPENAI_BASE_URL: `${server.url}/v1`, PFLOW_MODEL: 'openai-compatible/m' } };
}

const page: (status: number) => Reply = (status) => (response) =>
  void response
    .writeHead(status, { 'content-type': 'text/html' })
    .end('\n<!DOCTYPE html><html><head><title>Sign in\n to continue</title></head></html>');

const completion = {
  id: 'c1',
  object: 'chat.completion',
  model: 'm-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
};
const message = {
  id: 'm1',
  type: 'message',
  role: 'assistant',
  model: 'm-1',
  content: [{ type: 'text', text: 'whole' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
};
const content = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'whole' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4 },
  modelVersion: 'm-1',
};

for (const [name, env, variable, body] of [
  ['a chat completion', { OPENAI_API_KEY: 'k' }, 'OPENAI_BASE_URL', completion],
  ['an Anthropic message', { ANTHROPIC_API_KEY: 'k' }, 'ANTHROPIC_BASE_URL', message],
  ['Gemini content', { GEMINI_API_KEY: 'k' }, 'GEMINI_BASE_URL', content],
  ['a list of Gemini content', { GEMINI_API_KEY: 'k' }, 'GEMINI_BASE_URL', [content]],
] as const) {
  test(`a single JSON document from ${name} is accepted as a response with its usage`, async () => {
    const { url, received } = await serve(json(200, body));
    expect(await generate({ ...env, [variable]: url }, { prompt: 'hi' })).toMatchObject({
      text: 'whole',
      finishReason: 'stop',
      usageOrigin: 'reported',
      usage: { input: 3, output: 1 },
    });
    expect(received).toHaveLength(1);
  });
}

test('a web page is reported with its status, title and address, and not retried', async () => {
  for (const status of [200, 404, 413]) {
    const { env, received, url } = await compatible(page(status));
    await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
      code: 'llm_refused',
      message: `OpenAI-compatible server returned a web page titled 'Sign in to continue' instead of an answer (HTML with status ${status} from ${url}/v1/chat/completions).`,
      hint: expect.stringContaining(status === 413 ? 'split-text' : '/v1'),
    });
    expect(received).toHaveLength(1);
  }
});

test("a gateway's error page is retried", async () => {
  const { env, received } = await compatible(page(502), stream(chatChunks('back')));
  expect((await generate(env, { prompt: 'hi' })).text).toBe('back');
  const away = await compatible(page(503));
  await expect(generate(away.env, { prompt: 'hi' })).rejects.toMatchObject({ code: 'llm_failed' });
  expect([received.length, away.received.length]).toEqual([2, 2]);
});

test('JSON that is not a response is shown in the error and not retried', async () => {
  const { env, received } = await compatible(json(200, { error: { message: 'no such deployment' } }));
  await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_refused',
    message: expect.stringContaining('no such deployment'),
  });
  expect(received).toHaveLength(1);
});

test("the error of a 403 contains the provider's message", async () => {
  const { url } = await serve(json(403, { error: { message: 'Country not supported' } }));
  // A placeholder word instead of a key is not a secret, and occurs in sentences.
  const env = { OPENAI_API_KEY: 'not', OPENAI_BASE_URL: url };
  await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
    message: '403 from OpenAI: access with OPENAI_API_KEY was refused. It says: Country not supported.',
  });
  const { env: keyless } = await compatible(json(401, { error: { message: 'Send a token' } }));
  await expect(generate(keyless, { prompt: 'hi' })).rejects.toMatchObject({
    message: '401 from OpenAI-compatible server: it wants a key. It says: Send a token.',
  });
});

test('the error of a prompt that exceeds the context window says how to split it', async () => {
  for (const said of [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    'prompt is too long: 210000 tokens > 200000 maximum',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'the request exceeds the available context size. try increasing the context size',
  ]) {
    const { env } = await compatible(json(400, { error: { message: said } }));
    await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
      message: expect.stringContaining(said.slice(0, 40)),
      hint: expect.stringContaining('split-text'),
    });
  }
  const { env } = await compatible(json(400, { error: { message: 'temperature is out of range' } }));
  const other = generate(env, { prompt: 'hi' }).catch((error: { hint?: string }) => error.hint);
  expect(await other).toBeUndefined();
});

test('reasoning in <think> tags is excluded from the response and from its streamed text', async () => {
  const { env } = await compatible(stream(chatChunks('<think>\nFive letters.\n</think>\n\nParis')));
  const { text, reasoning, seen } = await generate(env, { prompt: 'hi' });
  expect({ text, reasoning }).toEqual({ text: 'Paris', reasoning: 'Five letters.' });
  expect(seen.join()).not.toContain('think');
  expect(seen.join()).not.toContain('letters');
});

test('other tags in a response are text', () => {
  expect(splitReasoning('Five letters.\n</think>\nParis')).toEqual({
    text: 'Paris',
    reasoning: 'Five letters.',
  });
  for (const text of ['Write <think> and </think>.', 'Close it with </think>', '', '<thinker>'])
    expect(splitReasoning(text)).toEqual({ text });
  expect(splitReasoning('<think>cut')).toEqual({ text: '', reasoning: 'cut' });
});

test('a stalled stream is aborted after the idle timeout and retried', async () => {
  let closed: Promise<unknown> | undefined;
  const stalling: Reply = async (response, request) => {
    closed = once(response, 'close');
    await stream(chatChunks('I begin and then').slice(0, 3), 'open')(response, request);
  };
  const { env } = await compatible(stalling, stream(chatChunks('fine')));
  expect((await generate(env, { prompt: 'hi' }, { idleMs: 100 })).text).toBe('fine');
  await closed;
  const forever = await compatible(stalling);
  await expect(generate(forever.env, { prompt: 'hi' }, { idleMs: 100, retries: 0 })).rejects.toMatchObject({
    message: expect.stringMatching(/broke off its answer after \d+ characters: .*sent nothing for 100ms/),
  });
});

test('null for an empty list in a structured response needs no second request', async () => {
  const { env, received } = await compatible(stream(chatChunks('{"tags": null}')));
  const schema = z.object({ tags: z.array(z.string()) });
  expect((await generate(env, { prompt: 'hi', schema })).object).toEqual({ tags: [] });
  expect(received).toHaveLength(1);
});

test('a server named by the user gets seconds to respond to the probe', async () => {
  const models = json(200, { data: [{ id: 'slow-one' }] });
  const slow: Reply = async (response, request) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await models(response, request);
  };
  const { url } = await serve(slow);
  const env = { OPENAI_BASE_URL: `${url}/v1` };
  expect(await chooseModel({ flag: 'openai-compatible', env })).toMatchObject({ model: 'slow-one' });
  expect(await chooseModel({ env })).toMatchObject({ provider: 'openai-compatible', model: 'slow-one' });
});

test('a stall within a structured response that is no JSON yet is aborted after the idle timeout', async () => {
  const { env } = await compatible(stream(chatChunks('I begin and then').slice(0, 3), 'open'));
  const schema = z.object({ title: z.string() });
  await expect(generate(env, { prompt: 'hi', schema }, { idleMs: 100, retries: 0 })).rejects.toMatchObject({
    message: expect.stringMatching(/after [1-9]\d* characters: .*sent nothing for 100ms/),
  });
});

test('an answer of another API is shown in the error and not retried', async () => {
  const plain = await serve(json(200, completion));
  const env = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: plain.url };
  await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_refused',
    message: expect.stringMatching(/^Anthropic returned JSON that is no answer of a model .*chat.completion/),
  });
  const streamed = await serve(stream(chatChunks('Hi')));
  await expect(
    generate({ ...env, ANTHROPIC_BASE_URL: streamed.url }, { prompt: 'hi' }),
  ).rejects.toMatchObject({
    code: 'llm_refused',
    message: expect.stringMatching(/^Anthropic answered in a format that is not its own: .*chat.completion/),
    hint: expect.stringContaining('openai-compatible'),
  });
  expect([plain.received.length, streamed.received.length]).toEqual([1, 1]);
});

test('a refusal and a tool call are the finish reason of their response', async () => {
  const [role, , stop] = chatChunks('x') as { choices: { delta: object; finish_reason: string | null }[] }[];
  const delta = (fields: object) => ({
    ...role,
    choices: [{ index: 0, delta: fields, finish_reason: null }],
  });
  const refusing = await serve(stream([delta({ refusal: 'I cannot help.' }), stop]));
  const openai = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: refusing.url };
  const refused = { text: 'I cannot help.', finishReason: 'refusal' };
  expect(await generate(openai, { prompt: 'hi' })).toMatchObject(refused);
  const safe = await serve(json(200, { ...message, content: [], stop_reason: 'refusal' }));
  const anthropic = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: safe.url };
  expect(await generate(anthropic, { prompt: 'hi' })).toMatchObject({ text: '', finishReason: 'refusal' });
  const call = { index: 0, id: 'c', type: 'function', function: { name: 'look_up', arguments: '{"a":1}' } };
  const calling = await compatible(
    stream([delta({ tool_calls: [call] }), ...chatChunks('', { finish: 'tool_calls' }).slice(1)]),
  );
  expect(await generate(calling.env, { prompt: 'hi' })).toMatchObject({
    finishReason: 'tool-calls',
    toolCalls: [{ name: 'look_up', arguments: { a: 1 } }],
  });
});

test('the error of an unusable structured response names its cause: a refusal, a tool call, the text', async () => {
  const schema = z.object({ title: z.string() });
  const messageOf = async (text: string, finish: string) => {
    const { env } = await compatible(stream(chatChunks(text, { finish })));
    return generate(env, { prompt: 'hi', schema }).then(String, (error: Error) => error.message);
  };
  expect(await messageOf('Sure thing!', 'stop')).toMatch(/twice: It is not valid JSON: "Sure thing!"\.$/);
  expect(await messageOf('No.', 'content_filter')).toMatch(/It was withheld by a content filter\.$/);
  expect(await messageOf('', 'tool_calls')).toMatch(/It is a tool call\.$/);
});

test('a redirect to another host is an error with both addresses, and the key is not sent there', async () => {
  const elsewhere = await serve(stream(chatChunks('stolen')));
  const { env, received, url } = await compatible(
    (response) => void response.writeHead(302, { location: `${elsewhere.url}/v1/chat/completions` }).end(),
  );
  await expect(generate(env, { prompt: 'hi' })).rejects.toMatchObject({
    code: 'llm_refused',
    message: `OpenAI-compatible server redirects ${url}/v1/chat/completions to ${elsewhere.url}/v1/chat/completions (status 302), and requests to a model are not sent on.`,
    hint: expect.stringContaining('OPENAI_BASE_URL'),
  });
  expect([received.length, elsewhere.received.length]).toEqual([1, 0]);
});

test('a redirect on the same host that keeps the method is followed', async () => {
  const moved: Reply = (response) => void response.writeHead(308, { location: '/v2/chat' }).end();
  const { env, received } = await compatible(moved, stream(chatChunks('there')));
  expect((await generate(env, { prompt: 'hi' })).text).toBe('there');
  expect(received.map(({ path, body }) => [path, body['model']])).toEqual([
    ['/v1/chat/completions', 'm'],
    ['/v2/chat', 'm'],
  ]);
});

test('a connection that is reset within a response is named as that', async () => {
  const { env } = await compatible(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await write(response, chatChunks('Hi')[0]);
    response.socket?.resetAndDestroy();
  });
  await expect(generate(env, { prompt: 'hi' }, { retries: 0 })).rejects.toMatchObject({
    message: expect.stringMatching(/: the connection was reset\.$/),
  });
});

test("a provider's sentence keeps its own full stop", async () => {
  const { env } = await compatible(json(500, { error: { message: 'Sorry about that!' } }));
  await expect(generate(env, { prompt: 'hi' }, { retries: 1 })).rejects.toMatchObject({
    message: '500 from OpenAI-compatible server: Sorry about that! Tried 2 times.',
  });
});
