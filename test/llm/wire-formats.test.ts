import { LLMock } from '@copilotkit/aimock';
import { createOpenAI } from '@ai-sdk/openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AiSdkClient } from '../../src/llm/providers/ai-sdk-client.js';
import { createLlmCaller } from '../../src/llm/client/caller.js';
import { chooseModel } from '../../src/llm/select/choose-model.js';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';

const mock = new LLMock({ port: 0, chunkSize: 10 });

// Written from the documentation of each wire format, not recorded. Each format uses the fields it knows.
// prettier-ignore
const usage = {
  prompt_tokens: 23, completion_tokens: 8, total_tokens: 31,
  input_tokens: 23, output_tokens: 8,
  promptTokenCount: 23, candidatesTokenCount: 8, totalTokenCount: 31,
};

beforeAll(async () => {
  mock.onMessage('capital of France', { content: 'The capital of France is Paris.', usage });
  mock.onMessage('as JSON', { content: '{"city":"Paris","population":2100000}', usage });
  await mock.start();
});
afterAll(() => mock.stop());

const providers = {
  anthropic: () => ({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: mock.url }),
  openai: () => ({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${mock.url}/v1` }),
  google: () => ({ GEMINI_API_KEY: 'k', GEMINI_BASE_URL: mock.url }),
  'openai-compatible': () => ({
    OPENAI_BASE_URL: `${mock.url}/v1`,
    PFLOW_MODEL: 'openai-compatible/some-model',
  }),
};

for (const [provider, environment] of Object.entries(providers)) {
  test(`${provider} streams text with a time to first token and its own usage`, async () => {
    const env = environment();
    const choice = await chooseModel({ env, probe: async () => undefined });
    expect(choice.provider).toBe(provider);
    const texts: string[] = [];
    const response = await createLlmCaller(createModelSource(choice, { env, skills: {} })).generate(
      {
        prompt: 'What is the capital of France?',
        system: 'Answer briefly.',
        temperature: 0.2,
        maxTokens: 100,
      },
      { onAttempt: () => ({ progress: (text) => texts.push(text), responded() {}, failed() {} }) },
    );
    expect(response.text).toBe('The capital of France is Paris.');
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.at(-1)).toBe(response.text);
    expect(response.finishReason).toBe('stop');
    expect(response.firstTokenMs).toBeGreaterThan(0);
    expect(response.usageOrigin).toBe('reported');
    expect(response.usage).toMatchObject({ input: 23, output: 8, warnings: [] });
    expect(response.rawUsage).toBeTypeOf('object');
  });

  test(`${provider} returns a structured response for a schema`, async () => {
    const env = environment();
    const models = createModelSource(await chooseModel({ env, probe: async () => undefined }), {
      env,
      skills: {},
    });
    const client = await models.client();
    const response = await client.request(
      {
        prompt: 'Describe Paris as JSON',
        schema: z.object({ city: z.string(), population: z.number() }),
        schemaName: 'city',
      },
      { signal: new AbortController().signal },
    );
    expect(response.object).toEqual({ city: 'Paris', population: 2100000 });
  });
}

test('the OpenAI Responses API streams in the same way', async () => {
  const client = new AiSdkClient({
    provider: 'openai',
    free: false,
    languageModel: createOpenAI({ baseURL: `${mock.url}/v1`, apiKey: 'k' }).responses('gpt-5'),
    asked: { label: 'OpenAI', model: 'gpt-5', baseUrl: mock.url },
  });
  const response = await client.request(
    { prompt: 'capital of France' },
    { signal: new AbortController().signal },
  );
  expect(response).toMatchObject({
    text: 'The capital of France is Paris.',
    finishReason: 'stop',
    usageOrigin: 'reported',
  });
  expect(response.usage).toMatchObject({ input: 23, output: 8 });
});
