import { expect, test } from 'vitest';
import { adviseLoops, LoopWatch } from '../../../src/insights/advice/advise-loops.js';
import { createProfile } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';
import { callsOf, type CallFacts } from './advice-calls.js';

const many = (count: number, facts: CallFacts): CallFacts[] => Array.from({ length: count }, () => facts);

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

const same: CallFacts = { request: 'same', answer: 'try again' };

test.each<[string, readonly CallFacts[], number]>([
  ['three equal visits', many(3, same), 3],
  ['twenty', many(20, same), 20],
  ['after other visits', [{}, { request: 'other' }, ...many(3, same)], 3],
  ['before other visits', [...many(4, same), {}], 4],
  ['beside another node', ['a', 'b', 'a', 'b', 'a', 'c'].map((node) => ({ ...same, node })), 3],
  ['in a nested workflow', many(3, { ...same, node: 'a/b' }), 3],
  ['an empty answer', many(3, { ...same, answer: '' }), 3],
  ['at a stated temperature', many(3, { ...same, settings: { temperature: 1 } }), 3],
  ['long answers', many(3, { ...same, answer: 'x'.repeat(20_000) }), 3],
  ['of one item', many(3, { ...same, item: 7 }), 3],
  ['of a free model', many(3, { ...same, usd: 0 }), 3],
  ['long calls', many(3, { ...same, ms: 60_000 }), 3],
])('visits without progress are advice: %s', (_what, facts, length) => {
  const loops = adviseLoops(callsOf(facts)).filter(({ spans }) => spans.length > 1);
  expect(loops.map(({ spans, message }) => [spans.length, message])).toEqual([
    [length, `${length} visits in a row sent the same request and got the same answer`],
  ]);
});

test.each<[string, readonly CallFacts[]]>([
  ['two equal visits', many(2, same)],
  ['other requests', ['a', 'b', 'c', 'd'].map((request) => ({ ...same, request }))],
  ['other answers', ['a', 'b', 'c', 'd'].map((answer) => ({ ...same, answer }))],
  ['an answer that changed before the third', [same, same, { ...same, answer: 'done' }]],
  ['another request between them', [same, same, {}, same, same]],
  ['samples within one visit', many(5, { ...same, visit: 1 })],
  ['items of a batch with the same value', [1, 2, 3, 4].map((item) => ({ ...same, item }))],
  ['at the same time', many(5, { ...same, startedAt: 0 })],
  ['a poll every 2 s', [0, 1, 2, 3, 4].map((i) => ({ ...same, startedAt: i * 3000 }))],
  ['a poll every minute', [0, 1, 2, 3].map((i) => ({ ...same, startedAt: i * 60_000 }))],
  ['retries of failed calls', many(4, { ...same, ok: false })],
  ['a failure between them', [same, same, { ...same, ok: false }, same, same]],
  ['other models', ['m', 'n', 'o'].map((model) => ({ ...same, model }))],
  ['requests that were not recorded', many(4, { ...same, request: undefined })],
  ['outside of any node', many(4, { ...same, visit: undefined })],
  ['nodes of their own', ['a', 'b', 'c'].map((node) => ({ ...same, node }))],
  ['a question and its answers in turn', [same, {}, same, {}, same, {}]],
])('no loop of visits: %s', (_what, facts) => {
  expect(adviseLoops(callsOf(facts))).toEqual([]);
});

/** A node that sends the same prompt each time, and gets these answers. */
const visits = (answers: readonly string[]) =>
  buildTrace((t) =>
    t.stage('workflow', () => {
      for (const text of answers)
        t.node('judge', { nodeType: 'llm' }, () => {
          const span = t.open('llm', 'm', { provider: 'openai', model: 'm' });
          t.emit({
            type: 'llm.request',
            span,
            prompt: 'p',
            parts: [{ role: 'user', sha256: 'p', bytes: 9, chars: 9 }],
          });
          t.wait(100);
          t.emit({ type: 'llm.response', span, model: 'm', text, usage: null, usageOrigin: 'none' });
          t.close(span);
        });
    }),
  );

test('a loop of a run in progress is found before the fourth call, once, and the next loop again', () => {
  const watch = new LoopWatch();
  const profile = createProfile({ prices: testPrices });
  const found: (string | undefined)[] = [];
  for (const event of visits(['no', 'no', 'no', 'no', 'no', 'yes', 'ok', 'ok', 'ok', 'ok'])) {
    if (event.type === 'span.started' && event.kind === 'llm')
      found.push(watch.check(profile.state)?.message);
    profile.apply(event);
  }
  const message = 'judge: 3 visits in a row sent the same request and got the same answer';
  expect(found).toEqual([...Array(3).fill(undefined), message, ...Array(5).fill(undefined), message]);
});
