import { expect, test } from 'vitest';
import { compareContents, diffLines } from '../../../src/insights/compare/compare-contents.js';
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
