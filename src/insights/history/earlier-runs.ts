/** Summarizes the earlier runs of a workflow by node, as the basis of estimates during a run. */
import { identifyWorkflow } from '../../ledger/enter/identify-workflow.js';
import type { RunState } from '../../profile/run/run-state.js';
import { readHistory } from './read-history.js';
import { median } from './robust-stats.js';
import type { RunSample } from './run-sample.js';

/** What one node needed in earlier runs: medians over the runs that reached it. */
export type EarlierNode = Readonly<{
  ms: number;
  /** USD; null where the price of any call is unknown. */
  usd: number | null;
  /** The part of the earlier runs that reached it, 0 to 1. */
  reached: number;
}>;

/** Earlier runs of a workflow: how many, and their nodes by path. */
export type EarlierRuns = Readonly<{ runs: number; nodes: ReadonlyMap<string, EarlierNode> }>;

/** Fewer earlier runs are no basis for an estimate. */
const LEAST_RUNS = 3;

/** The earlier runs in the ledger of the workflow that a run executes, with the same model; undefined for fewer than 3. */
export function readEarlierRuns(ledger: string, run: RunState): EarlierRuns | undefined {
  const { started } = run;
  const workflow = identifyWorkflow(run);
  if (!started || workflow.workflow === undefined) return undefined;
  const { model, startedAt } = started;
  const isAlike = ({ models }: RunSample) =>
    models.length === 0 || !model || models.includes(`${model.provider}/${model.model}`);
  const samples = readHistory(ledger, { workflow, source: 'run', before: startedAt, limit: 30 });
  return summarizeEarlierRuns(samples.filter(isAlike));
}

/** The medians of earlier runs; undefined for fewer than 3. */
export function summarizeEarlierRuns(samples: readonly RunSample[]): EarlierRuns | undefined {
  if (samples.length < LEAST_RUNS) return undefined;
  const paths = new Set(samples.flatMap(({ nodes }) => [...nodes.keys()]));
  const nodes = [...paths].map((path): [string, EarlierNode] => {
    const all = samples.flatMap((sample) => sample.nodes.get(path) ?? []);
    const costs = all.map(({ cost }) => cost);
    return [
      path,
      {
        ms: median(all.map(({ time }) => time ?? 0)),
        usd: costs.includes(null) ? null : median(costs.map((cost) => cost ?? 0)),
        reached: all.length / samples.length,
      },
    ];
  });
  return { runs: samples.length, nodes: new Map(nodes) };
}
