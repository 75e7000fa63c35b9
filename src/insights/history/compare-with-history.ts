/** Compares a finished run with the earlier runs of its workflow in the ledger. */
import { foldLedger } from '../../ledger/enter/fold-ledger.js';
import { isRunLine } from '../../ledger/files/ledger-line.js';
import type { RunState } from '../../profile/run/run-state.js';
import { describeRegressions } from './describe-regressions.js';
import { findRegressions, type Regression } from './find-regressions.js';
import { readHistory } from './read-history.js';
import { toSample } from './run-sample.js';

/** What a run needed more of than earlier ones, as figures and in words. */
export type HistoryComparison = Readonly<{
  regressions: readonly Regression[];
  sentences: readonly string[];
}>;

/** The comparison of a run; empty for one that did not succeed as a whole, was simulated, or has fewer than 5 predecessors. */
export function compareWithHistory(state: RunState, ledger: string): HistoryComparison {
  const line = foldLedger(state, undefined).find(isRunLine);
  const sample = line && toSample(line);
  const workflow = sample?.workflow;
  if (!line || !sample || workflow === undefined) return NOTHING;
  const earlier = readHistory(ledger, { workflow: line, source: line.source, before: sample.at });
  const regressions = findRegressions(sample, earlier);
  return { regressions, sentences: describeRegressions(workflow, regressions) };
}

const NOTHING: HistoryComparison = { regressions: [], sentences: [] };
