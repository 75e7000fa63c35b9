import { expect, test } from 'vitest';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';

test.each([
  ['https://api.openai.com/v1', undefined],
  ['http://127.0.0.1:4000/v1', undefined],
  ['https://api.groq.com/openai/v1', 'groq'],
  ['https://llm.corp.example/v1', 'llm.corp.example'],
  ['https://llm.corp.example:8443/v1', 'llm.corp.example:8443'],
])('calls of openai/gpt-4o through %s are sold by %s', async (baseUrl, seller) => {
  const choice = { provider: 'openai', model: 'gpt-4o', reason: 'test', free: false, baseUrl };
  const source = createModelSource(choice, { env: { OPENAI_API_KEY: 'k' }, skills: {} });
  expect((await source.client()).seller).toBe(seller);
});
