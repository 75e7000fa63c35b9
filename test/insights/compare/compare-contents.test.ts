import { expect, test } from 'vitest';
import { compareContents, compareNode, diffLines } from '../../../src/insights/compare/compare-contents.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

/** A run whose node asks a model; what differs between runs is given. */
function run({ prompt = 'Sum up:\nwhales', answer = 'They sing.', limit = 3, more = false } = {}) {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      t.node('ask', { nodeType: 'llm' }, () => {
        t.params({ limit: { template: limit, value: limit, from: [] } as never });
        t.llm({ ms: 10, input: 10, output: 10, prompt, text: answer });
        t.set({ '/ask/response': answer });
      });
      if (more) t.node('save', {}, () => t.wait(1));
    }),
  );
  return reduceEvents(events, { prices: testPrices });
}

test('runs with the same contents have no difference, whatever they needed', () => {
  expect(compareContents(run(), run())).toEqual([]);
});

test('a changed prompt, answer, parameter and output are named with their lines', () => {
  const changes = compareContents(run(), run({ prompt: 'Sum up:\ncats', answer: 'They sleep.', limit: 5 }));
  expect(changes.map(({ node, what }) => `${node}: ${what}`)).toEqual([
    'ask: parameter limit',
    'ask: prompt',
    'ask: answer',
    'ask: output /ask/response',
  ]);
  expect(diffLines(changes[1]!)).toEqual([
    { mark: ' ', text: 'Sum up:' },
    { mark: '-', text: 'whales' },
    { mark: '+', text: 'cats' },
  ]);
});

test('a node that only one run has is left to the table of figures', () => {
  expect(compareContents(run(), run({ more: true }))).toEqual([]);
});

test('equal lines far from a change are left out', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f'];
  const after = ['x', 'b', 'c', 'd', 'e', 'y'];
  const lines = diffLines({ node: 'n', what: 'prompt', before, after });
  expect(lines.map(({ mark, text }) => mark + text)).toEqual(['-a', '+x', ' b', ' …', ' e', '-f', '+y']);
});

/** A run that visits its node once for each prompt. */
const visits = (...prompts: string[]) =>
  reduceEvents(
    buildTrace((t) =>
      t.stage('workflow', () => {
        for (const [i, prompt] of prompts.entries())
          t.node(
            'ask',
            { visit: i + 1 },
            () => void t.llm({ ms: 1, input: 1, output: 1, prompt, text: 'yes' }),
          );
      }),
    ),
    { prices: testPrices },
  );

test('each visit of a node is compared with the same visit of the other run', () => {
  const changes = compareContents(visits('a', 'b', 'c'), visits('a', 'x', 'c', 'd'));
  expect(changes.map(({ what, before, after }) => [what, before, after])).toEqual([
    ['prompt, visit 2', ['b'], ['x']],
    ['prompt, visit 4', [], ['d']],
    ['answer, visit 4', [], ['yes']],
  ]);
});

test('of a node that only one run has, compareNode lists all contents', () => {
  const changes = compareNode(visits(), visits('a'), { stage: 'workflow', path: ['ask'] });
  expect(changes.map(({ what, before, after }) => [what, before, after])).toEqual([
    ['prompt', [], ['a']],
    ['answer', [], ['yes']],
  ]);
});
