import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  countTokens,
  estimateOutputTokens,
  estimateUsage,
  estimateTokens,
  estimateUsageByLength,
} from '../../src/usage/estimate.js';
import { selectEncoding } from '../../src/usage/load-tokenizer.js';

const prose =
  'The profiler shows where the time, the tokens and the money went. It draws a tree of spans on a common axis. ';

test("tokens are counted in the model's own encoding, and in o200k_base for other vendors' models", async () => {
  expect(await countTokens('hello world', 'gpt-4o')).toBe(2);
  expect(await countTokens('Übergrößenträger', 'gpt-4')).toBe(8);
  expect(await countTokens('Übergrößenträger', 'claude-sonnet-5')).toBe(
    await countTokens('Übergrößenträger', 'gpt-4o'),
  );
  expect(await countTokens('<|endoftext|>', 'gpt-4o')).toBeGreaterThan(1);
  expect(await countTokens('', 'gpt-4o')).toBe(0);
});

test('every model with a shipped encoding uses that encoding', async () => {
  const { default: known } = (await import('tiktoken/model_to_encoding.json', {
    with: { type: 'json' },
  })) as { default: Record<string, string> };
  const shipped = Object.entries(known).filter(([, encoding]) => /^(cl100k|o200k)_base$/.test(encoding));
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.map(([model]) => [model, selectEncoding(model)])).toEqual(shipped);
});

test('a long run without spaces is counted in chunks, in linear time', async () => {
  const count = await countTokens('a'.repeat(200_000), 'gpt-4o');
  expect(count).toBeGreaterThan(200_000 / 9);
  expect(count).toBeLessThan(200_000 / 7);
});

test('counting in chunks changes the count of prose by less than one percent', async () => {
  const { get_encoding } = await import('tiktoken');
  const whole = get_encoding('o200k_base');
  const exact = whole.encode_ordinary(prose.repeat(200)).length;
  whole.free();
  expect(Math.abs((await countTokens(prose.repeat(200), 'gpt-4o')) / exact - 1)).toBeLessThan(0.01);
});

test('the estimate by length is close to the real count, for letters and for ideographs', async () => {
  for (const text of [prose.repeat(5), '私たちは東京で会いました。天気がとても良かったです。'.repeat(5)]) {
    const ratio = estimateTokens(text) / (await countTokens(text, 'gpt-4o'));
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.6);
  }
});

test('estimated usages are marked as estimated', async () => {
  expect(await estimateUsage('hello world', 'hello', 'gpt-4o')).toEqual({
    input: 2,
    output: 1,
    total: 3,
    source: 'estimate',
    convention: 'inclusive',
    warnings: [],
  });
  expect(estimateUsageByLength('12345678', 'abcd')).toMatchObject({
    input: 2,
    output: 1,
    total: 3,
    source: 'estimate',
  });
});

test('streaming output is estimated by length at first, and by tiktoken once that is loaded', async () => {
  expect(estimateOutputTokens('12345678')).toBe(2);
  const text = prose.repeat(20);
  await countTokens('', '');
  expect(estimateOutputTokens(text)).toBe(await countTokens(text, ''));
});

test('short responses load no encoder, and a loaded encoder does not keep the process alive', () => {
  const estimate = JSON.stringify(new URL('../../src/usage/estimate.ts', import.meta.url).href);
  const run = (code: string): string => {
    const script = `
      import { Module } from 'node:module';
      const { estimateUsageByLength, estimateOutputTokens, countTokens } = await import(${estimate});
      ${code}
      console.log(Object.keys(Module._cache).some((file) => file.includes('tiktoken')) ? 'loaded' : 'not loaded');`;
    return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
  };
  expect(run("estimateUsageByLength('a', 'b'); estimateOutputTokens('short');")).toBe('not loaded\n');
  expect(run("await countTokens('a', 'gpt-4o');")).toBe('loaded\n');
});

test('an encoder freed when idle is loaded again on demand', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  await countTokens('hello', 'gpt-4');
  vi.advanceTimersByTime(60_000);
  expect(await countTokens('hello world', 'gpt-4')).toBe(2);
});
