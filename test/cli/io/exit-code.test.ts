import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/io/exit-code.js';
import { exitCodeOfRun } from '../../../src/cli/run/run-exit-code.js';
import { PflowError, type ErrorCode } from '../../../src/lib/error.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

/** Every error code with its exit code as documented in the README. */
const table: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  invalid_workflow: 2,
  invalid_trace: 2,
  invalid_pricing: 2,
  unknown_node_type: 2,
  not_found: 2,
  budget_exceeded: 3,
  cannot_plan: 4,
  planner_timeout: 4,
  cancelled: 130,
  unresolved_template: 1,
  node_failed: 1,
  node_timeout: 1,
  needs_model: 1,
  llm_failed: 1,
  llm_refused: 1,
  llm_unusable_answer: 1,
  internal: 1,
};

const stateOf = (failing?: 'planner' | 'workflow') =>
  reduceEvents(
    buildTrace((t) => {
      t.stage('planner', () => {}, failing === 'planner' ? { fails: 'no' } : {});
      if (failing !== 'planner') t.stage('workflow', () => {}, failing ? { fails: 'no' } : {});
    }),
    { prices: testPrices },
  );

test.each(Object.entries(table) as [ErrorCode, number][])(
  'a command and a run that fail with the error %s exit with %i',
  (code, exit) => {
    const error = new PflowError(code, 'It went wrong.');
    expect(exitCodeOf(error)).toBe(exit);
    expect(exitCodeOfRun({ status: 'failed', error, state: stateOf('workflow') })).toBe(exit);
  },
);

test('an unknown error exits with 1, and an abort error of any library with 130', () => {
  expect(exitCodeOf(new TypeError('x is not a function'))).toBe(1);
  expect(exitCodeOf('thrown text')).toBe(1);
  expect(exitCodeOf(undefined)).toBe(1);
  expect(exitCodeOf(new DOMException('This operation was aborted', 'AbortError'))).toBe(130);
});

test('the status of a run takes precedence over its error', () => {
  const error = new PflowError('node_failed', 'It went wrong.');
  const state = stateOf();
  expect(exitCodeOfRun({ status: 'ok', error: undefined, state })).toBe(0);
  expect(exitCodeOfRun({ status: 'cancelled', error, state })).toBe(130);
  expect(exitCodeOfRun({ status: 'budget', error, state })).toBe(3);
});

test('an unapproved plan exits with the code of usage, although its run is cancelled', () => {
  const error = new PflowError('usage', 'This workflow has effects.');
  expect(exitCodeOfRun({ status: 'cancelled', error, state: stateOf() })).toBe(2);
});

test('every failure during planning exits with the code for planning', () => {
  const error = new PflowError('llm_failed', 'The model is down.');
  expect(exitCodeOfRun({ status: 'failed', error, state: stateOf('planner') })).toBe(4);
  expect(exitCodeOfRun({ status: 'cancelled', error, state: stateOf('planner') })).toBe(130);
});
