/** Compares a run with its predecessors for the reports of the command line. */
import type { Regression } from '../../insights/history/find-regressions.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import { stripNoise } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';

/** Sentences for people, and the fields that are added to the JSON of a run: `regressions`. */
export type RunComparison = Readonly<{
  sentences: readonly string[];
  json: Readonly<Record<string, unknown>>;
}>;

/** ms, USD or a count; `ratio` is null where earlier runs needed nothing. */
type RegressionJson = Readonly<{
  metric: Regression['metric'];
  node: string | null;
  value: number;
  median: number;
  ratio: number | null;
  runs: number;
}>;

/** The comparison of a finished run with the ledger. Its modules are loaded for runs that can be compared only. */
export async function compareRun(state: RunState): Promise<RunComparison> {
  if (state.status !== 'ok' || state.started?.flags.simulated === true) return { sentences: [], json: {} };
  const { compareWithHistory } = await import('../../insights/history/compare-with-history.js');
  const { regressions, sentences } = compareWithHistory(state, ledgerFolder());
  return { sentences, json: regressions.length > 0 ? { regressions: regressions.map(toJson) } : {} };
}

function toJson({ metric, node, value, median, ratio, runs }: Regression): RegressionJson {
  return {
    metric,
    node: node ?? null,
    value: stripNoise(value),
    median: stripNoise(median),
    ratio: Number.isFinite(ratio) ? Number(ratio.toFixed(3)) : null,
    runs,
  };
}
