import { expect, test } from 'vitest';
import { groupByModel, groupByNode, groupByStage } from '../../../src/profile/analysis/breakdown.js';
import { analyzeRun } from '../../../src/profile/analysis/findings.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { readFixture } from '../../support/trace-builder.js';

const fold = (name: string) => reduceEvents(readFixture(name), { prices: testPrices });

test('the visits of a looped node are one row', () => {
  expect(
    groupByNode(fold('looped')).map(({ path, visits, ms, totals }) => [
      path.join('/'),
      visits,
      ms,
      totals.calls,
      totals.tokens,
    ]),
  ).toEqual([
    ['draft', 3, 3000, 3, 6600],
    ['review', 3, 600, 3, 1260],
  ]);
});

test('a nested node has its own row, separate from a node of the same name outside', () => {
  expect(
    groupByNode(fold('nested-workflow')).map(({ path, ms, totals }) => [path.join('/'), ms, totals.calls]),
  ).toEqual([
    ['enrich', 480, 0],
    ['enrich/fetch', 80, 0],
    ['enrich/ask', 400, 1],
    ['ask', 300, 1],
  ]);
});

test('the calls of batch items belong to their node', () => {
  expect(
    groupByNode(fold('parallel-batch')).map(({ path, totals }) => [path.join('/'), totals.calls]),
  ).toEqual([['describe', 70]]);
});

test('each model and each stage has a row', () => {
  expect(
    groupByModel(fold('looped')).map(({ provider, model, totals }) => [provider, model, totals.calls]),
  ).toEqual([
    ['anthropic', 'claude-sonnet-4-5', 3],
    ['openai', 'gpt-4.1-mini', 3],
  ]);
  expect(
    groupByStage(fold('done-with-planner')).map(({ stage, ms, totals }) => [stage, ms, totals.calls]),
  ).toEqual([
    ['planner', 5102, 3],
    ['workflow', 3091, 1],
  ]);
});

test('an error is listed once, at its origin', () => {
  expect(analyzeRun(fold('failed-in-exec')).errors).toMatchObject([
    { node: 'fetch', message: 'Cannot reach example.com (in exec).', recovered: false },
  ]);
});

test('an error that a retry recovered from is marked as recovered', () => {
  const { errors, wasted } = analyzeRun(fold('retried'));
  expect(errors.map(({ message, recovered }) => [message, recovered])).toEqual([
    ['The answer does not fit the schema.', true],
    ['529 overloaded', true],
    ['The answer does not fit the schema.', true],
  ]);
  expect(wasted).toEqual({ calls: 2, usd: expect.closeTo(0.02055, 12) });
});

test('the slowest and the most expensive nodes are listed first', () => {
  const { slowest, costliest } = analyzeRun(fold('done-with-planner'), { limit: 2 });
  expect(slowest.map((row) => row.path)).toEqual([['llm_summarize'], ['workflow-generator']]);
  expect(costliest.map((row) => row.path)).toEqual([['workflow-generator'], ['component-browsing']]);
});
