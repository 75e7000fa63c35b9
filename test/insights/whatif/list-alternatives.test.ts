import { expect, test } from 'vitest';
import { listAlternatives } from '../../../src/insights/whatif/list-alternatives.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { tableOf } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

const prices = tableOf({
  'anthropic/claude-sonnet-4-5': { input: 3, cacheRead: 0.3, output: 15 },
  'anthropic/claude-haiku-4-5': { input: 1, cacheRead: 0.1, output: 5 },
  'openai/gpt-4.1': { input: 2, output: 8, history: [{ until: '2026-02-01', input: 4, output: 16 }] },
  'openai/gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'openai/ft:gpt-4.1': { input: 3, output: 12 },
  'openai/gpt-audio': { input: 2, output: 8, outputAudio: 64 },
  'openai/text-embedding-3-small': { input: 0.02 },
  'mistral/mistral-large': { input: 2, output: 6 },
});
const at = new Date('2026-06-01T00:00:00Z');

function list(script: (t: TraceBuilder) => void, options: { node?: string; known?: readonly string[] } = {}) {
  const state = reduceEvents(buildTrace(script), { prices });
  return listAlternatives(state, { known: [], at, ...options }, prices).map(({ name, known, run }) => ({
    name,
    known,
    usd: Number(run.usd.likely.toFixed(6)),
  }));
}

const openai = { provider: 'openai', model: 'gpt-4.1', input: 100_000, output: 10_000 } as const;
const ask = (t: TraceBuilder): void => void t.node('ask', {}, () => t.llm(openai));

test('the text models of the seller are compared, the cheapest first', () => {
  expect(list(ask)).toEqual([
    { name: 'openai/gpt-4.1-mini', known: false, usd: 0.056 },
    { name: "at today's prices", known: true, usd: 0.28 },
  ]);
});

test('a known model is compared whatever its seller', () => {
  expect(list(ask, { known: ['mistral/mistral-large', 'mistral/nobody-knows'] })).toContainEqual({
    name: 'mistral/mistral-large',
    known: true,
    usd: 0.26,
  });
});

test('no cache is an alternative only of calls that read one', () => {
  const cached = { model: 'claude-sonnet-4-5', provider: 'anthropic', input: 10_000, output: 100 } as const;
  const names = (usage: object) =>
    list((t) => void t.node('ask', {}, () => t.llm({ ...cached, usage }))).map(({ name }) => name);
  expect(names({ cacheRead: 8000 })).toContain('without a prompt cache');
  expect(names({})).not.toContain('without a prompt cache');
});

test('with a node, the rest of the run keeps its cost', () => {
  const two = (t: TraceBuilder): void => {
    ask(t);
    t.node('report', {}, () => t.llm(openai));
  };
  const mini = { name: 'openai/gpt-4.1-mini', known: false };
  expect(list(two)).toContainEqual({ ...mini, usd: 0.112 });
  // 0.056 for the node, and 100,000 × $4/M + 10,000 × $16/M for the other at the price of its day.
  expect(list(two, { node: 'ask' })).toContainEqual({ ...mini, usd: 0.616 });
});

test('a run without calls has no alternatives', () => {
  expect(list((t) => void t.node('read', {}, () => t.wait(5)))).toEqual([]);
});
