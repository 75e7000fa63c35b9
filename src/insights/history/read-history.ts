/** Reads the earlier runs of a workflow from the ledger. */
import { isOfWorkflow, type WorkflowIdentity } from '../../ledger/enter/identify-workflow.js';
import type { LedgerSource } from '../../ledger/files/ledger-line.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import { toSample, type RunSample } from './run-sample.js';

/** Which runs to read: the newest of a workflow that started before a time. */
export type HistoryQuery = Readonly<{
  /** The name of a workflow, or its identity. */
  workflow: string | WorkflowIdentity;
  source: LedgerSource;
  /** ISO 8601; default: now. */
  before?: string;
  /** The most runs; default 20. */
  limit?: number;
}>;

/** Lines of other runs that are read at most: some thousandths of a second. */
const MOST_LINES = 2000;

/** The earlier successful runs of a workflow, newest first. Runs that continued another are left out. */
export function readHistory(
  folder: string,
  { workflow, source, before = '~', limit = 20 }: HistoryQuery,
): RunSample[] {
  const found: RunSample[] = [];
  const wanted = typeof workflow === 'string' ? { workflow } : workflow;
  let lines = 0;
  for (const { at, read } of iterateRuns(folder)) {
    if (++lines > MOST_LINES) break;
    if (at >= before) continue;
    const line = read();
    if (!isOfWorkflow(line, wanted) || line.source !== source) continue;
    const sample = toSample(line);
    if (sample) found.push(sample);
    if (found.length === limit) break;
  }
  return found;
}
