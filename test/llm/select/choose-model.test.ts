import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { chooseModel } from '../../../src/llm/select/choose-model.js';
import { listModels } from '../../../src/llm/select/probe.js';
import { findVendor } from '../../../src/session/models/find-vendor.js';
import { closedAddress, json, serve } from '../../support/llm-server.js';

const nobody = async () => undefined;
/** A probe without a short timeout, for servers that are known to respond. */
const patient = (baseUrl: string) => listModels(baseUrl, 10_000);
const models = (...ids: string[]) =>
  json(200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

test('--model precedes PFLOW_MODEL, then a key, then a local server, then offline', async () => {
  const { url } = await serve(models('qwen3'));
  const env = {
    PFLOW_MODEL: 'google/gemini-x',
    GEMINI_API_KEY: 'g',
    ANTHROPIC_API_KEY: 'a',
    OPENAI_API_KEY: 'o',
  };
  expect(await chooseModel({ flag: 'openai/gpt-x', env })).toMatchObject({
    provider: 'openai',
    model: 'gpt-x',
    reason: '--model names it',
  });
  expect(await chooseModel({ env })).toMatchObject({
    provider: 'google',
    model: 'gemini-x',
    reason: 'PFLOW_MODEL names it',
  });
  expect(await chooseModel({ env: { ...env, PFLOW_MODEL: '' } })).toMatchObject({
    provider: 'anthropic',
    reason: 'ANTHROPIC_API_KEY is set',
    free: false,
  });
  expect(await chooseModel({ env: { OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'g' } })).toMatchObject({
    provider: 'openai',
    reason: 'OPENAI_API_KEY is set',
  });
  expect(await chooseModel({ env: { GOOGLE_GENERATIVE_AI_API_KEY: 'g' } })).toMatchObject({
    provider: 'google',
    reason: 'GOOGLE_GENERATIVE_AI_API_KEY is set',
  });
  expect(await chooseModel({ env: { OPENAI_BASE_URL: `${url}/v1` }, probe: patient })).toEqual({
    provider: 'openai-compatible',
    model: 'qwen3',
    reason: `OpenAI-compatible server answers at ${url}`,
    free: true,
    baseUrl: `${url}/v1`,
  });
  expect(await chooseModel({ env: {}, probe: nobody })).toEqual({
    provider: 'offline',
    model: 'rules',
    reason: 'no provider key is set and no local server answers',
    free: true,
  });
});

test('local servers are probed concurrently at their default ports, and the first in order is chosen', async () => {
  const asked: string[] = [];
  const waiting: ((models: string[]) => void)[] = [];
  const choice = chooseModel({
    env: {},
    probe: (baseUrl) => {
      asked.push(baseUrl);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  expect(asked).toMatchInlineSnapshot(`
    [
      "http://127.0.0.1:11434/v1",
      "http://127.0.0.1:1234/v1",
      "http://127.0.0.1:8080/v1",
      "http://127.0.0.1:8000/v1",
    ]
  `);
  waiting.reverse().forEach((answer, i) => answer([`model-${i}`]));
  expect(await choice).toMatchObject({
    provider: 'ollama',
    model: 'model-3',
    reason: 'Ollama answers at http://127.0.0.1:11434',
    free: true,
  });
});

test('models that do not produce text are skipped, and a server without any other is ignored', async () => {
  const { url } = await serve(models('nomic-embed-text', 'whisper-1', 'llama3.2:3b'));
  expect(await chooseModel({ env: { OPENAI_BASE_URL: url }, probe: patient })).toMatchObject({
    model: 'llama3.2:3b',
  });
  const empty = await serve(models('nomic-embed-text'));
  expect(
    await chooseModel({
      env: { OPENAI_BASE_URL: empty.url },
      probe: (baseUrl) => (baseUrl === empty.url ? patient(baseUrl) : nobody()),
    }),
  ).toMatchObject({ provider: 'offline' });
});

test('an address that is not on loopback is never probed', async () => {
  const asked: string[] = [];
  const probe = async (baseUrl: string) => void asked.push(baseUrl);
  await chooseModel({ env: { OPENAI_BASE_URL: 'http://192.0.2.1/v1' }, probe: probe as typeof nobody });
  expect(asked.every((baseUrl) => baseUrl.startsWith('http://127.0.0.1:'))).toBe(true);
});

test('offline probes no server, by flag and by variable', async () => {
  const probe = () => {
    throw new Error('asked');
  };
  expect(await chooseModel({ flag: 'offline', env: { ANTHROPIC_API_KEY: 'a' }, probe })).toMatchObject({
    provider: 'offline',
    reason: '--model names it',
  });
  expect(await chooseModel({ env: { PFLOW_MODEL: 'offline' }, probe })).toMatchObject({
    provider: 'offline',
    reason: 'PFLOW_MODEL names it',
  });
});

test('a provider without a model selects its default model, and a local one an available model', async () => {
  expect(await chooseModel({ flag: 'gemini', env: { GEMINI_API_KEY: 'g' } })).toMatchObject({
    provider: 'google',
    model: expect.stringMatching(/^gemini-/),
  });
  expect(await chooseModel({ flag: 'lmstudio', env: {}, probe: async () => ['phi-4'] })).toMatchObject({
    provider: 'lmstudio',
    model: 'phi-4',
  });
  expect(await chooseModel({ flag: 'ollama/hf.co/org/model:q4', env: {}, probe: nobody })).toMatchObject({
    provider: 'ollama',
    model: 'hf.co/org/model:q4',
    free: true,
  });
});

test('an invalid model name is rejected with the expected form', async () => {
  const messageOf = (flag: string) =>
    chooseModel({ flag, env: {}, probe: nobody }).catch(
      (error: { code: string; message: string; hint: string }) => [
        error.code,
        error.message,
        error.hint.split('? ')[0],
      ],
    );
  expect(
    await Promise.all(
      ['antropic/claude-x', 'nothing-of-the-kind', 'foo/bar', '', '/x', 'ofline'].map(messageOf),
    ),
  ).toMatchInlineSnapshot(`
    [
      [
        "usage",
        "There is no provider 'antropic'.",
        "Did you mean 'anthropic/claude-x'",
      ],
      [
        "usage",
        "'nothing-of-the-kind' is neither a provider nor a model whose provider is known.",
        "Write provider/model, for example anthropic/claude-sonnet-5, or a provider alone: anthropic, openai, google, openai-compatible, ollama, lmstudio, llamacpp, vllm. 'offline' uses no model.",
      ],
      [
        "usage",
        "There is no provider 'foo'.",
        "Write provider/model, for example anthropic/claude-sonnet-5, or a provider alone: anthropic, openai, google, openai-compatible, ollama, lmstudio, llamacpp, vllm. 'offline' uses no model.",
      ],
      [
        "usage",
        "There is no provider ''.",
        "Did you mean 'anthropic'",
      ],
      [
        "usage",
        "There is no provider ''.",
        "Did you mean 'anthropic/x'",
      ],
      [
        "usage",
        "There is no provider 'ofline'.",
        "Did you mean 'offline'",
      ],
    ]
  `);
});

test("a model name without a provider selects its vendor and the id of the vendor's API", async () => {
  const env = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'g' };
  const chosen = async (flag: string) => {
    const { provider, model } = await chooseModel({ flag, env, probe: nobody, findVendor });
    return `${provider}/${model}`;
  };
  expect(await chosen('gpt-4o-mini')).toBe('openai/gpt-4o-mini');
  expect(await chosen('gpt-5.2')).toBe('openai/gpt-5.2');
  expect(await chosen('gemini-3-flash-preview')).toBe('google/gemini-3-flash-preview');
  expect(await chosen('claude-opus-4.5')).toBe('anthropic/claude-opus-4-5');
  expect(await chosen('claude-3.5-haiku')).toBe('anthropic/claude-3-5-haiku-latest');
  expect(await chosen('claude-sonnet-4-5-20250929')).toBe('anthropic/claude-sonnet-4-5-20250929');
  // Newer than the table, but of a known family.
  expect(await chosen('gpt-99-nano')).toBe('openai/gpt-99-nano');
  await expect(chosen('deepseek-chat')).rejects.toMatchObject({
    code: 'usage',
    message:
      "'deepseek-chat' is a model of deepseek, which is not among the providers that pflow connects to.",
    hint: expect.stringContaining('openai-compatible/deepseek-chat'),
  });
});

test('a missing key, address or server is named', async () => {
  const failing = (flag: string) =>
    chooseModel({ flag, env: {}, probe: nobody }).catch(
      (error: { code: string; message: string; hint: string }) => [error.code, error.message, error.hint],
    );
  expect(await Promise.all(['google/gemini-x', 'openai-compatible/x', 'ollama'].map(failing)))
    .toMatchInlineSnapshot(`
    [
      [
        "llm_refused",
        "Google needs a key and GEMINI_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY is not set.",
        "Set it with: export GEMINI_API_KEY=…",
      ],
      [
        "llm_failed",
        "'openai-compatible' needs an address and OPENAI_BASE_URL is not set.",
        "Set OPENAI_BASE_URL to the address of the server, for example http://127.0.0.1:8000/v1.",
      ],
      [
        "llm_failed",
        "Ollama does not answer at http://127.0.0.1:11434/v1 with a model.",
        "Start it with \`ollama serve\` and fetch a model with \`ollama pull <model>\`.",
      ],
    ]
  `);
  await expect(
    chooseModel({ env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'localhost:8000' } }),
  ).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('OPENAI_BASE_URL') });
});

test('standard variables override endpoints, and a missing version is appended', async () => {
  const baseUrl = async (env: NodeJS.ProcessEnv) => (await chooseModel({ env })).baseUrl;
  expect(await baseUrl({ ANTHROPIC_API_KEY: 'a' })).toBe('https://api.anthropic.com/v1');
  expect(await baseUrl({ ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' })).toBe(
    'http://127.0.0.1:1/v1',
  );
  expect(
    await baseUrl({ ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'https://proxy.example/anthropic/v1/' }),
  ).toBe('https://proxy.example/anthropic/v1');
  expect(await baseUrl({ GEMINI_API_KEY: 'g', GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1/' })).toBe(
    'http://127.0.0.1:1/v1beta',
  );
  expect(await baseUrl({ OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'https://openrouter.ai/api/v1' })).toBe(
    'https://openrouter.ai/api/v1',
  );
});

test('a server whose response is not a list of models is ignored', async () => {
  const replies = [json(401, { error: 'no' }), json(200, { data: 'x' }), json(200, null), json(404, {})];
  for (const reply of replies) expect(await patient((await serve(reply)).url)).toBeUndefined();
  const html = await serve((response) => void response.end('<html>'));
  expect(await patient(html.url)).toBeUndefined();
  expect(await patient(await closedAddress())).toBeUndefined();
  const endless = await serve((response) => {
    const pour = (): void => void response.write('x'.repeat(100_000), (error) => error || pour());
    pour();
  });
  expect(await patient(endless.url)).toBeUndefined();
});

test('an unresponsive server delays neither the choice nor the exit of the process', async () => {
  const { url } = await serve(() => {});
  const script = `
    const { listModels } = await import(${JSON.stringify(new URL('../../../src/llm/select/probe.ts', import.meta.url).href)});
    console.log(await listModels(${JSON.stringify(url)}));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output).toBe('undefined\n');
});
