import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PflowError } from '../../../src/lib/error.js';
import { createLlmCaller } from '../../../src/llm/client/caller.js';
import {
  UnusableAnswer,
  type LlmClient,
  type LlmRequest,
  type LlmResponse,
} from '../../../src/llm/client/client.js';
import { cutAnswer, RequestFailure } from '../../../src/llm/client/llm-failure.js';

const answer: LlmResponse = { text: 'ok', model: 'm', usage: null, usageOrigin: 'none' };
const busy = () => new RequestFailure('llm_failed', 'Busy.', { retryable: true });

/** A client that returns these responses and throws these errors in order. */
function scripted(...script: (LlmResponse | Error)[]) {
  const requests: LlmRequest[] = [];
  const client: LlmClient = {
    provider: 'p',
    model: 'm',
    free: false,
    async request(request) {
      requests.push(request);
      const next = script[requests.length - 1] ?? script.at(-1)!;
      if (next instanceof Error) throw next;
      return next;
    },
  };
  return { requests, models: { client: async () => client } };
}

test('the retry wait doubles, minus a random part of up to half, until the last retry has failed', async () => {
  for (const [random, expected] of [
    [0, [500, 1000, 2000]],
    [0.999_999_9, [250, 500, 1000]],
  ] as const) {
    const waits: number[] = [];
    const caller = createLlmCaller(scripted(busy()).models, {
      wait: async (ms) => void waits.push(Math.round(ms)),
      random: () => random,
    });
    await expect(caller.generate({ prompt: 'x' })).rejects.toMatchObject({ message: 'Busy. Tried 4 times.' });
    expect(waits).toEqual(expected);
  }
});

test('an error that is not retryable is rethrown immediately and unchanged', async () => {
  const refusal = new RequestFailure('llm_refused', 'No.');
  const { models, requests } = scripted(refusal);
  await expect(createLlmCaller(models).generate({ prompt: 'x' })).rejects.toBe(refusal);
  expect(requests).toHaveLength(1);
});

test('truncated responses are retried and invalid structured ones repaired in one call, each with its own limit', async () => {
  const { models, requests } = scripted(
    cutAnswer('Cut.', { text: '{', model: 'm' }),
    new UnusableAnswer('It is not valid JSON.', { ...answer, text: 'nope' }),
    busy(),
    { ...answer, object: { a: 1 } },
  );
  const started: number[] = [];
  const caller = createLlmCaller(models, { wait: async () => {} });
  const response = await caller.generate(
    { prompt: 'question', schema: z.object({ a: z.number() }) },
    {
      onAttempt: ({ attempt }) => {
        started.push(attempt);
        return { progress() {}, responded() {}, failed() {} };
      },
    },
  );
  expect(response.object).toEqual({ a: 1 });
  expect(started).toEqual([1, 2, 3, 4]);
  expect(requests.map(({ prompt }) => prompt.includes('nope'))).toEqual([false, false, true, true]);
});

test('an abort during a retry wait ends the call with the reason of the abort', async () => {
  const reason = new PflowError('planner_timeout', 'The planner took too long.');
  const controller = new AbortController();
  const { models, requests } = scripted(busy());
  const call = createLlmCaller(models).generate(
    { prompt: 'x' },
    {
      signal: controller.signal,
      onAttempt: () => ({
        progress() {},
        responded() {},
        failed: () => queueMicrotask(() => controller.abort(reason)),
      }),
    },
  );
  await expect(call).rejects.toBe(reason);
  expect(requests).toHaveLength(1);
});

test('a call cancelled before its start sends no request', async () => {
  const { models, requests } = scripted(answer);
  const signal = AbortSignal.abort();
  await expect(createLlmCaller(models).generate({ prompt: 'x' }, { signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(requests).toHaveLength(0);
});

test("a thousand calls leave no listener on the run's signal", async () => {
  const controller = new AbortController();
  const caller = createLlmCaller(scripted(answer).models);
  for (let i = 0; i < 1000; i++) await caller.generate({ prompt: 'x' }, { signal: controller.signal });
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('a failed attempt states the reason of its retry, and the last attempt none', async () => {
  const status = (httpStatus: number) =>
    new RequestFailure('llm_failed', 'Busy.', { retryable: true, httpStatus });
  const { models } = scripted(
    status(429),
    cutAnswer('Cut.', { text: '{', model: 'm' }),
    new UnusableAnswer('It is not valid JSON.', { ...answer, text: 'nope' }),
    status(503),
    status(503),
  );
  const reasons: unknown[] = [];
  const caller = createLlmCaller(models, { wait: async () => {} });
  const call = caller.generate(
    { prompt: 'x' },
    {
      onAttempt: () => ({
        progress() {},
        responded() {},
        failed: (_error, reason) => void reasons.push(reason),
      }),
    },
  );
  await expect(call).rejects.toThrow('Tried 5 times');
  expect(reasons).toEqual(['rate_limited', 'interrupted', 'unusable_answer', 'overloaded', undefined]);
});

test('the total timeout covers all attempts of a call and the waits between them', async () => {
  const { models, requests } = scripted(busy());
  const caller = createLlmCaller(models, {
    totalMs: 2000,
    wait: async () => {},
    random: () => 0,
    retries: 9,
  });
  // The waits of 0.5 s and 1 s fit into the timeout, that of 2 s does not.
  await expect(caller.generate({ prompt: 'x' })).rejects.toMatchObject({
    message: 'Busy. Tried 3 times, for 2.0s at most.',
  });
  expect(requests).toHaveLength(3);
});
