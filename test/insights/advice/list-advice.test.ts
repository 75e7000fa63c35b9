import { expect, test } from 'vitest';
import { formatAdvice, toAdviceJson } from '../../../src/export/advice-text.js';
import type { Advice } from '../../../src/insights/advice/advice-call.js';
import { listAdvice } from '../../../src/insights/advice/list-advice.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const part = (role: string, sha256: string, bytes: number) => ({ role, sha256, bytes, chars: bytes });

/** A call of one second whose request has these parts; a token is 4 bytes. */
function call(
  t: TraceBuilder,
  parts: readonly ReturnType<typeof part>[],
  usage: object = {},
  provider = 'anthropic',
): void {
  const span = t.open('llm', 'claude-sonnet-4-5', { provider, model: 'claude-sonnet-4-5' });
  t.emit({ type: 'llm.request', span, prompt: 'p', parts: [...parts] });
  t.wait(1000);
  const input = parts.reduce((sum, { bytes }) => sum + bytes, 0) / 4;
  const counts = {
    input,
    output: 10,
    source: 'anthropic',
    convention: 'inclusive' as const,
    warnings: [],
    ...usage,
  };
  t.emit({
    type: 'llm.response',
    span,
    model: 'claude-sonnet-4-5',
    text: 'a',
    usage: counts,
    usageOrigin: 'reported',
  });
  t.emit({ type: 'span.finished', span, status: 'ok' });
}

function adviceOn(script: (t: TraceBuilder) => void): Advice[] {
  const events = buildTrace((t) =>
    t.stage('workflow', () => t.node('ask', { nodeType: 'llm' }, () => script(t))),
  );
  return listAdvice(reduceEvents(events, { prices: testPrices }), testPrices);
}

const tools = part('tools', 't', 8000);
const question = (name: string) => part('user', name, 400);

test('a changed system prompt is advice with the tokens, the loss in USD and the remedy', () => {
  const advice = adviceOn((t) => {
    call(t, [tools, part('system', 's', 8000), question('a')]);
    call(t, [tools, part('system', 'z', 8000), question('b')]);
  });
  expect(advice).toMatchObject([
    {
      kind: 'cache-system-changed',
      node: 'ask',
      // 2,000 tokens of tools at $3 instead of $0.30 a million
      usd: expect.closeTo(0.0054, 10),
      message:
        '1 call paid ~2,000 tokens in full that an earlier call had sent: the system prompt changed at byte 8,000 since call #3',
    },
  ]);
  expect(formatAdvice(advice).split('\n')).toEqual([
    'advice',
    `  ask: ${advice[0]!.message} (up to $0.0054)`,
    '    Put what changes (dates, ids) after what does not, into the last message.',
  ]);
  expect(toAdviceJson(advice)).toMatchObject([{ kind: 'cache-system-changed', usd: 0.0054, ms: null }]);
});

test('what the cache cannot make cheaper is no advice: free models, unknown rates, estimates', () => {
  const twice = (usage: object, provider?: string) =>
    adviceOn((t) => {
      for (const name of ['a', 'b']) call(t, [tools, question(name)], usage, provider);
    }).filter(({ kind }) => kind.startsWith('cache'));
  expect(twice({})).toHaveLength(1);
  expect(twice({ cacheRead: 2000 })).toEqual([]);
  expect(twice({}, 'ollama')).toEqual([]);
  expect(twice({}, 'acme')).toEqual([]);
});

test.each(fixtureNames)('the advice on %s is made without a failure and ranked', (name) => {
  const advice = listAdvice(reduceEvents(readFixture(name), { prices: testPrices }), testPrices);
  const values = advice.map(({ usd, ms }) => (usd ?? 0) + ((ms ?? 0) / 1000) * 0.0005);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
});
