import { expect, test } from 'vitest';
import { adviseLoops, adviseRepeats } from '../../../src/insights/advice/advise-repeats.js';
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

const step = (tool: string, result = 500, more: CallFacts = {}): CallFacts => ({ tool, result, ...more });
const question: CallFacts = { result: 40 };

test.each<[string, readonly CallFacts[], number]>([
  ['three equal steps', many(3, step('read(a.txt)')), 3],
  ['four', many(4, step('read(a.txt)')), 4],
  ['two hundred', many(200, step('read(a.txt)')), 200],
  ['after a question', [question, ...many(3, step('read(a)'))], 3],
  ['before an answer', [...many(3, step('read(a)')), question], 3],
  ['after other steps', [step('list()'), step('read(b)'), ...many(3, step('read(a)'))], 3],
  ['before other steps', [...many(3, step('read(a)')), step('read(b)')], 3],
  [
    'the first result is of another step',
    [step('read(a)', 9), step('read(a)', 500), step('read(a)', 500)],
    3,
  ],
  ['an empty result', many(3, step('search(x)', 0)), 3],
  ['an error as the result', many(5, step('run(make)', 1200)), 5],
  ['without arguments', many(3, step('list()')), 3],
  ['long arguments', many(3, step(`write(${'x'.repeat(500)})`)), 3],
  ['outside of any node', many(3, step('read(a)', 500, { node: '' })), 3],
  ['in a nested workflow', many(3, step('read(a)', 500, { node: 'a/b' })), 3],
  ['in the second of two nodes', [step('read(a)'), ...many(3, step('read(a)', 500, { node: 'b' }))], 3],
  ['beside another node', ['a', 'b', 'a', 'b', 'a'].map((node) => step('read(x)', 500, { node })), 3],
  ['of a free model', many(3, step('read(a)', 500, { usd: 0 })), 3],
  ['long calls', many(3, step('read(a)', 500, { ms: 60_000 })), 3],
  ['a write that does not help', many(3, step('write(a)', 20)), 3],
  ['an edit that fails', many(6, step('edit(a)', 90)), 6],
])('a loop without progress is advice: %s', (_what, facts, length) => {
  const [advice, ...more] = adviseLoops(callsOf(facts));
  expect(more).toEqual([]);
  expect(advice!.spans).toHaveLength(length);
});

const paused = (tool: string, pause: number): CallFacts[] =>
  Array.from({ length: 5 }, (_, i) => step(tool, 500, { startedAt: i * (1000 + pause) }));

test.each<[string, readonly CallFacts[]]>([
  ['two equal steps', many(2, step('read(a)'))],
  ['other arguments', [step('read(a)'), step('read(b)'), step('read(c)')]],
  ['pages of one list', [1, 2, 3, 4].map((page) => step(`list(page=${page})`))],
  ['other tools', [step('read(a)'), step('write(a)'), step('read(a)'), step('write(a)')]],
  ['results that change', [100, 200, 300, 400].map((size) => step('run(tests)', size))],
  [
    'a result that changed before the third',
    [step('run(tests)', 1), step('run(tests)', 500), step('run(tests)', 490)],
  ],
  ['a poll for a status', many(6, step('get_status(job)'))],
  ['waiting', many(6, step('wait(10)'))],
  ['sleeping', many(6, step('sleep(5)'))],
  ['checking', many(4, step('check_build(7)'))],
  ['a health check', many(4, step('healthz()'))],
  ['reading the end of a log', many(4, step('tail(log)'))],
  ['monitoring', many(4, step('monitor(cpu)'))],
  ['waiting for a result', many(4, step('get_result(job)'))],
  ['a pause of 2 s between the steps', paused('read(a)', 2000)],
  ['a pause of a minute', paused('curl(http)', 60_000)],
  ['calls without tools', many(5, question)],
  ['calls that failed', many(4, step('read(a)', 500, { ok: false }))],
  ['an answer between them', [step('read(a)'), step('read(a)'), question, step('read(a)'), step('read(a)')]],
  ['in nodes of their own', ['a', 'b', 'c', 'd'].map((node) => step('read(x)', 500, { node }))],
  ['at the same time, of different conversations', many(5, step('read(a)', 500, { startedAt: 0 }))],
  ['requests that were not recorded', many(4, step('read(a)', 500, { parts: undefined }))],
])('no loop: %s', (_what, facts) => {
  expect(adviseLoops(callsOf(facts))).toEqual([]);
});
