/** Runs `pflow check`: compares runs with a baseline and with limits, for CI. */
import { readFileSync } from 'node:fs';
import { PflowError } from '../../../lib/error.js';
import { writeAtomically } from '../../../lib/private-files.js';
import { formatUsd, plural } from '../../../lib/text/format.js';
import { createBaseline, parseBaseline, type BaselineFile } from '../../../insights/gate/baseline.js';
import { checkBaseline } from '../../../insights/gate/check-baseline.js';
import {
  checkThresholds,
  sumVerdicts,
  type Limited,
  type Threshold,
} from '../../../insights/gate/check-thresholds.js';
import { takeGateSample, type GateSample } from '../../../insights/gate/gate-sample.js';
import { getOwn } from '../../../lib/data/own-property.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, say } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { readRun } from '../../traces/trace-state.js';
import { formatCheckMarkdown, formatCheckText, toCheckJson, type CheckOutcome } from './check-report.js';

/** A limit as it was given: of the whole run, or `node=limit`. */
export type Limit = Readonly<{ node: string | undefined; most: number }>;

type CheckOptions = Readonly<{
  baseline?: string;
  write?: boolean;
  /** Per cent. */
  tolerance: number;
  maxCost?: readonly Limit[];
  maxMs?: readonly Limit[];
  maxTokens?: readonly Limit[];
  maxCalls?: readonly Limit[];
  maxP95?: readonly Limit[];
  /** Per cent. */
  minPassRate?: readonly Limit[];
  maxPerPass?: readonly Limit[];
  traceDir?: string;
  outputFormat: 'text' | 'json' | 'markdown';
}>;

/** Where a project keeps its baseline. */
const DEFAULT_PATH = '.pflow/baseline.json';

/** `pflow check [run…]`: exits with 1 if the runs are beyond the baseline or a limit. */
export async function check({ operands, options }: Invocation<CheckOptions>): Promise<ExitCode> {
  const samples: GateSample[] = [];
  for (const reference of operands.length > 0 ? operands : ['latest'])
    samples.push(takeGateSample((await readRun(reference, options.traceDir)).state));
  const [{ workflow }] = samples as [GateSample];
  const other = samples.find((each) => each.workflow !== workflow);
  if (other)
    throw new PflowError('usage', `The runs are of different workflows: ${workflow} and ${other.workflow}.`, {
      hint: 'Check each workflow separately.',
    });
  const failed = samples.filter(({ status }) => status !== 'ok').length;
  if (options.write) return writeBaseline(samples, workflow, failed, options.baseline ?? DEFAULT_PATH);
  const outcome = checkRuns(samples, workflow, failed, options);
  if (options.outputFormat === 'json') printJson(toCheckJson(outcome));
  else print((options.outputFormat === 'markdown' ? formatCheckMarkdown : formatCheckText)(outcome));
  return outcome.passed ? exitCodes.done : exitCodes.failed;
}

function checkRuns(
  samples: readonly GateSample[],
  workflow: string,
  failed: number,
  options: CheckOptions,
): CheckOutcome {
  const thresholds = checkThresholds(samples, listThresholds(options));
  const path = options.baseline ?? DEFAULT_PATH;
  const file = readBaseline(path);
  if (!file && (options.baseline !== undefined || thresholds.length === 0)) {
    throw new PflowError('not_found', `There is no baseline ${path}.`, {
      hint: 'Write one with `pflow check <run…> --write`, or state limits such as --max-cost 0.05.',
    });
  }
  const entry = file && getOwn(file.workflows, workflow);
  if (file && !entry && thresholds.length === 0)
    throw new PflowError('not_found', `The baseline ${path} has no workflow ${workflow}.`, {
      hint: `Add it with \`pflow check <run…> --write\`. It has: ${Object.keys(file.workflows).join(', ') || 'none'}.`,
    });
  const { prices } = loadPrices();
  const baseline = entry && checkBaseline(samples, entry, { tolerance: options.tolerance / 100, prices });
  const isOnVerdicts = ({ limited }: (typeof thresholds)[number]) =>
    limited === 'passed' || limited === 'per-pass';
  const isUnknown = ({ verdict }: Readonly<{ verdict: string }>) => verdict === 'unknown';
  const unverified = thresholds.some((each) => isOnVerdicts(each) && isUnknown(each));
  const costUnknown = [
    ...thresholds.filter((each) => !isOnVerdicts(each)),
    ...(baseline?.comparisons ?? []),
  ].some(isUnknown);
  const verdicts = [...thresholds, ...(baseline?.comparisons ?? [])].map(({ verdict }) => verdict);
  const unpriced = new Set(samples.flatMap((sample) => sample.unpriced));
  return {
    workflow,
    runs: samples.length,
    // A limit on a cost that is not known has not been kept: CI must not pass by it.
    passed: failed === 0 && !verdicts.includes('fail') && !verdicts.includes('unknown'),
    baseline,
    thresholds,
    notes: [
      ...(failed > 0 ? [`${plural(failed, 'run')} did not succeed`] : []),
      ...describeVerdicts(samples),
      ...(unverified
        ? ['a limit on verified answers failed: none was verified, or their cost is not known']
        : []),
      ...(costUnknown
        ? [`a limit on the cost failed because the cost is not known: ${whyUnknown([...unpriced])}`]
        : unpriced.size > 0
          ? [`no price is known for ${[...unpriced].join(', ')}`]
          : []),
      ...(baseline?.notes ?? []),
    ],
  };
}

/** The share of verified answers that passed, and what one of them cost, for the result and each node. */
function describeVerdicts(samples: readonly GateSample[]): string[] {
  const places = new Set(samples.flatMap(({ verdicts }) => [...verdicts.keys()]));
  return [...places].map((node) => {
    const { answers, passed, usd } = sumVerdicts(samples, node);
    const cost =
      passed > 0 && usd !== null && usd > 0 ? `, ${formatUsd(usd / passed)} per answer that passed` : '';
    return `${node === undefined ? '' : `${node}: `}${passed} of ${plural(answers, 'verified answer')} passed${cost}`;
  });
}

function whyUnknown(unpriced: readonly string[]): string {
  if (unpriced.length === 0) return 'the usage of a call is incomplete or was not reported';
  return `no price is known for ${unpriced.join(', ')}; \`pflow pricing explain ${unpriced[0]!}\` tells how to add it`;
}

function listThresholds(options: CheckOptions): Threshold[] {
  const { maxCost, maxMs, maxTokens, maxCalls, maxP95, minPassRate, maxPerPass } = options;
  const of = (limited: Limited, limits: readonly Limit[] = []) =>
    limits.map((limit) => ({ limited, ...limit }));
  return [
    ...of('cost', maxCost),
    ...of('time', maxMs),
    ...of('tokens', maxTokens),
    ...of('calls', maxCalls),
    ...of('p95', maxP95),
    ...of(
      'passed',
      minPassRate?.map(({ node, most }) => ({ node, most: most / 100 })),
    ),
    ...of('per-pass', maxPerPass),
  ];
}

/** Replaces the workflow's entry; those of other workflows stay. */
function writeBaseline(
  samples: readonly GateSample[],
  workflow: string,
  failed: number,
  path: string,
): ExitCode {
  if (failed > 0)
    throw new PflowError('usage', `${plural(failed, 'run')} did not succeed: no baseline was written.`, {
      hint: 'Name runs that succeeded; `pflow trace list` lists them.',
    });
  const file: BaselineFile = readBaseline(path) ?? { format: 'pflow-baseline', version: 1, workflows: {} };
  const entry = createBaseline(samples, loadPrices().prices.date);
  // Sorted, so that a commit shows only what changed.
  const workflows = Object.entries({ ...file.workflows, [workflow]: entry }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  writeAtomically(
    path,
    `${JSON.stringify({ ...file, workflows: Object.fromEntries(workflows) }, null, 1)}\n`,
  );
  say(`baseline of ${workflow}, ${plural(samples.length, 'run')}: ${path}`);
  if (samples.length < 5) say('  With 5 or more runs it also knows their noise, and times are compared.');
  return exitCodes.done;
}

function readBaseline(path: string): BaselineFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return parseBaseline(text, path);
}
