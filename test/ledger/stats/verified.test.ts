import { expect, test } from 'vitest';
import { checkThresholds, type Threshold } from '../../../src/insights/gate/check-thresholds.js';
import { takeGateSample } from '../../../src/insights/gate/gate-sample.js';
import { diffRuns } from '../../../src/insights/compare/compare-runs.js';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { isRunLine, type CallLine } from '../../../src/ledger/files/ledger-line.js';
import { aggregateCalls } from '../../../src/ledger/stats/aggregate-calls.js';
import { deriveWarnings } from '../../../src/profile/analysis/warnings.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { EventOf } from '../../../src/trace/event/event.js';
import { ledgerOf } from '../../support/call-lines.js';
import { tableOf } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const prices = tableOf({ 'openai/gpt-4.1': { input: 2, output: 8 } });

type Verdict = Readonly<{ node?: string; passed: boolean }>;

/** A run in which `draft` and `report` each cost $2; `draft` in a nested workflow. */
function runOf(id: string, verdicts: readonly Verdict[]) {
  const verified: EventOf<'run.finished'>['verified'] = verdicts.map((each) => ({
    ...each,
    command: './test.sh',
    code: each.passed ? 0 : 1,
    ms: 5,
  }));
  const call = { provider: 'openai', model: 'gpt-4.1', input: 1_000_000, output: 0 } as const;
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => {
        t.node('draft', {}, () => void t.node('inner', {}, () => t.llm(call)));
        t.node('report', {}, () => t.llm(call));
      });
      t.finish('ok', verdicts.length > 0 ? { verified } : {});
    },
    { run: id },
  );
  return reduceEvents(events, { prices });
}

/** Runs of which the first two were verified as a whole, one of them also at a node, and the last one not. */
const states = [
  runOf('a', [{ passed: true }]),
  runOf('b', [{ passed: false }, { node: 'draft', passed: true }]),
  runOf('c', []),
];

test('the calls of a verified answer have its verdict: that on the innermost node around them, else that on the run', () => {
  const verdicts = states.map((state) =>
    foldLedger(state, undefined)
      .filter((line): line is CallLine => !isRunLine(line))
      .map(({ node, verdict }) => [node, verdict]),
  );
  expect(verdicts).toEqual([
    [
      ['draft/inner', { passed: true }],
      ['report', { passed: true }],
    ],
    [
      ['draft/inner', { node: 'draft', passed: true }],
      ['report', { passed: false }],
    ],
    [
      ['draft/inner', undefined],
      ['report', undefined],
    ],
  ]);
});

test('statistics count verified answers once each, and divide their cost by those that passed', () => {
  const folder = ledgerOf(states.flatMap((state) => foldLedger(state, undefined)));
  const [all = [], nodes = []] = aggregateCalls(folder, [[], ['node']], { prices });
  expect(all[0]!.verified).toEqual({ answers: 3, passed: 2, usd: 8 });
  expect(nodes.map(({ keys, verified }) => [keys[0], verified])).toEqual([
    ['draft/inner', { answers: 2, passed: 2, usd: 4 }],
    ['report', { answers: 2, passed: 1, usd: 4 }],
  ]);
});

test('limits on the pass rate and on the cost per pass fail below and above them, and where nothing was verified', () => {
  const samples = states.map(takeGateSample);
  const check = (limited: Threshold['limited'], most: number, node?: string) =>
    checkThresholds(samples, [{ limited, node, most }]).map(({ value, verdict }) => [value, verdict])[0];
  expect(check('passed', 0.5)).toEqual([0.5, 'pass']);
  expect(check('passed', 0.51)).toEqual([0.5, 'fail']);
  expect(check('per-pass', 8)).toEqual([8, 'pass']);
  expect(check('per-pass', 7.9)).toEqual([8, 'fail']);
  expect(check('passed', 1, 'draft')).toEqual([1, 'pass']);
  expect(check('per-pass', 2, 'draft')).toEqual([2, 'pass']);
  expect(check('passed', 0.1, 'report')).toEqual([undefined, 'unknown']);
});

test('a comparison and the warnings name the verdict', () => {
  const { before, after, nodes } = diffRuns(states[0]!, states[1]!);
  expect([before.passed, after.passed, nodes[0]!.after!.passed]).toEqual([true, false, true]);
  expect(deriveWarnings(states[1]!)).toEqual([
    { code: 'answer_rejected', message: 'the answer did not pass `./test.sh`: exit code 1' },
  ]);
});
