import { expect, test } from 'vitest';
import { adviseRepeats } from '../../../src/insights/advice/advise-repeats.js';
import { callsOf, type CallFacts } from './advice-calls.js';

const same = { request: 'same' };
const other = { request: 'other' };
const many = (count: number, facts: CallFacts): CallFacts[] => Array.from({ length: count }, () => facts);

test.each<[string, readonly CallFacts[], number]>([
  ['two equal requests', [same, same], 0.01],
  ['three', many(3, same), 0.02],
  ['twenty', many(20, same), 0.19],
  ['with others between them', [same, other, {}, same], 0.01],
  [
    'in two nodes',
    [
      { ...same, node: 'a' },
      { ...same, node: 'b' },
    ],
    0.01,
  ],
  ['outside of any node', many(2, { ...same, node: '' }), 0.01],
  ['in a nested workflow', many(2, { ...same, node: 'a/b' }), 0.01],
  ['at the same time', many(2, { ...same, startedAt: 0 }), 0.01],
  [
    'an hour apart',
    [
      { ...same, startedAt: 0 },
      { ...same, startedAt: 3_600_000 },
    ],
    0.01,
  ],
  ['at temperature 0', many(2, { ...same, settings: { temperature: 0 } }), 0.01],
  ['with other settings than a temperature', many(2, { ...same, settings: { seed: 1 } }), 0.01],
  ['a cheap one', many(2, { ...same, usd: 1e-6 }), 1e-6],
  ['free, but long', many(2, { ...same, usd: 0, ms: 5000 }), 0],
  [
    'the second one cheaper by its cache',
    [
      { ...same, usd: 0.02 },
      { ...same, usd: 0.002 },
    ],
    0.002,
  ],
  ['with a truncated answer', many(2, { ...same, finish: 'length' }), 0.01],
  ['with a tool call', many(2, { ...same, tool: 'read(a)' }), 0.01],
  ['of another model', many(2, { ...same, model: 'n' }), 0.01],
  ['a third one that failed', [same, same, { ...same, ok: false }], 0.01],
  ['a third one that was thrown away', [same, same, { ...same, wasted: true }], 0.01],
  ['of a batch', [same, other, same, other].map((each) => ({ ...each, startedAt: 0 })), 0.01],
])('identical requests are advice: %s', (_what, facts, usd) => {
  const advice = adviseRepeats(callsOf(facts));
  expect(advice[0]).toMatchObject({ kind: 'repeated-calls', usd: expect.closeTo(usd, 10) });
});

test.each<[string, readonly CallFacts[]]>([
  ['a single call', [same]],
  ['no calls', []],
  ['different requests', [same, other]],
  ['different requests of a node', many(5, {})],
  ['different models', [same, { ...same, model: 'n' }]],
  ['different providers', [same, { ...same, provider: 'aws' }]],
  ['a retry of a failed call', [{ ...same, ok: false }, same]],
  ['two retries of failed calls', [{ ...same, ok: false }, { ...same, ok: false }, same]],
  ['a retry of an answer that was thrown away', [{ ...same, wasted: true }, same]],
  ['several answers that were thrown away', [{ ...same, wasted: true }, { ...same, wasted: true }, same]],
  ['both failed', many(2, { ...same, ok: false })],
  ['samples at a stated temperature', many(5, { ...same, settings: { temperature: 0.7 } })],
  ['samples at a low temperature', many(3, { ...same, settings: { temperature: 0.1 } })],
  ['samples of a vote', many(9, { ...same, settings: { temperature: 1 }, startedAt: 0 })],
  ['requests that were not recorded', many(3, { request: undefined })],
  ['free and short', many(2, { ...same, usd: 0, ms: 100 })],
  ['free, long and at the same time', many(2, { ...same, usd: 0, ms: 5000, startedAt: 0 })],
  ['the same after a failure of another', [other, { ...other, ok: false }, same]],
  ['one that succeeded and one that failed', [same, { ...same, ok: false }]],
  ['one that succeeded and one that was thrown away', [same, { ...same, wasted: true }]],
])('no advice on repeated requests: %s', (_what, facts) => {
  expect(adviseRepeats(callsOf(facts))).toEqual([]);
});
