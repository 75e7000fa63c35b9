import { expect, test } from 'vitest';
import { resolveUsage } from '../../src/usage/resolve.js';

const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const expected = { input: 7, output: 2, total: 9, source: 'openai-chat' };

class Answer {
  readonly #usage = usage;
  usage(): typeof usage {
    return this.#usage;
  }
}

class Later {
  // oxlint-disable-next-line unicorn/no-thenable
  then(resolve: (value: unknown) => void): void {
    resolve(usage);
  }
}

test.for<[string, () => unknown]>([
  ['a usage', () => usage],
  ['a response', () => ({ usage })],
  ['a promise', () => Promise.resolve({ usage })],
  ['a function', () => () => usage],
  ['an async function', () => async () => ({ usage })],
  [
    'a getter',
    () => ({
      get usage() {
        return usage;
      },
    }),
  ],
  [
    'a getter of a promise',
    () => ({
      get usage() {
        return Promise.resolve(usage);
      },
    }),
  ],
  ['a method that needs its object', () => new Answer()],
  ['an async method', () => ({ usage: async () => usage })],
  ['a thenable that is no Promise', () => ({ totalUsage: new Later() })],
  ['a usage that a node left behind', () => ({ llm_usage: () => Promise.resolve({ usage }) })],
])('the usage of %s is resolved', async ([, source]) => {
  expect(await resolveUsage(source())).toMatchObject(expected);
});

test.for<[string, () => unknown]>([
  ['nothing', () => null],
  ['text', () => 'a stream of words'],
  [
    'a method that throws',
    () => ({
      usage: () => {
        throw new Error('no');
      },
    }),
  ],
  ['a promise that is rejected', () => ({ usage: Promise.reject(new Error('no')) })],
  ['a class', () => ({ usage: Answer })],
  [
    'a method that returns itself for ever',
    () => ({
      usage() {
        return this;
      },
    }),
  ],
])('%s has no usage', async ([, source]) => {
  expect(await resolveUsage(source())).toBeNull();
});

test('a promise that never settles times out', async () => {
  expect(await resolveUsage({ usage: new Promise(() => {}) }, {}, { timeLimitMs: 5 })).toBeNull();
});

test('only usage accessors are called, and no stream is consumed', async () => {
  const touched: string[] = [];
  const touch = (name: string) => () => touched.push(name);
  const source = {
    text: touch('text'),
    cancel: touch('cancel'),
    getReader: touch('getReader'),
    [Symbol.asyncIterator]: touch('iterator'),
    get textStream() {
      return touched.push('textStream');
    },
    usage,
  };
  expect(await resolveUsage(source)).toMatchObject(expected);
  expect(touched).toEqual([]);
});

test('the hint is passed to the normalizer', async () => {
  expect((await resolveUsage({ usage: async () => usage }, { provider: 'groq' }))?.source).toBe('groq');
});
