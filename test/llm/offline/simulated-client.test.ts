import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createLlmCaller } from '../../../src/llm/client/caller.js';
import { createModelSource } from '../../../src/llm/providers/ai-sdk-models.js';
import { startSimulatedModel, type SimulatedQuestion } from '../../../src/llm/offline/simulated-client.js';

async function simulated(script: (question: SimulatedQuestion) => string) {
  const model = await startSimulatedModel({ script, latency: 0 });
  onTestFinished(() => model.close());
  const failures: string[] = [];
  const caller = createLlmCaller(createModelSource(model.choice, { env: {}, skills: {} }));
  const generate: typeof caller.generate = (request) =>
    caller.generate(request, {
      onAttempt: () => ({
        progress() {},
        responded() {},
        failed: (error) => failures.push((error as Error).message),
      }),
    });
  return { model, generate, failures };
}

test('a scripted response is streamed through the real client with a consistent usage', async () => {
  const { model, generate } = await simulated(({ prompt }) => `You said: ${prompt}`);
  expect(model.choice).toMatchObject({ provider: 'simulated', free: false });
  const response = await generate({ prompt: 'hello there' });
  expect(response.text).toBe('You said: hello there');
  const { input, output, reasoning, total } = response.usage!;
  expect([input! + output!, reasoning! < output!]).toEqual([total, true]);
  expect(response).toMatchObject({
    finishReason: 'stop',
    usageOrigin: 'reported',
    model: 'gpt-5-mini',
    usage: { warnings: [] },
  });
});

test('a structured request contains the name of its schema', async () => {
  const { generate } = await simulated(({ schemaName, system }) => JSON.stringify({ schemaName, system }));
  const schema = z.object({ schemaName: z.string(), system: z.string() });
  const response = await generate({ system: 'Plan.', prompt: 'x', schema, schemaName: 'workflow_discovery' });
  expect(response.object).toEqual({ schemaName: 'workflow_discovery', system: 'Plan.' });
});

test('the first request is rejected with 429 and retried, and a repeated prompt is read from the cache', async () => {
  const { generate, failures } = await simulated(() => 'ok');
  const system = 'You plan workflows. '.repeat(50);
  const cached = [];
  for (const prompt of ['one', 'two', 'three', 'four'])
    cached.push((await generate({ system, prompt })).usage?.cacheRead);
  expect(failures).toEqual([expect.stringMatching(/^429 from simulated: too many requests/)]);
  expect(cached).toEqual([0, 192, 192, 192]);
});

test('close() leaves no listening socket', async () => {
  const model = await startSimulatedModel({ script: () => 'ok', latency: 0 });
  await model.close();
  const socket = connect(Number(new URL(model.choice.baseUrl!).port), '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});
