/** Estimates a run of a workflow with a model from the ledger. */
import { estimateRun, type Estimate } from './estimate-run.js';
import { readHistory } from './read-history.js';
import type { RunSample } from './run-sample.js';

/** Estimates a run from the last runs of the workflow that called no other model; undefined for fewer than 3. */
export function estimateWorkflow(
  ledger: string,
  { workflow, model }: Readonly<{ workflow: string; /** `provider/model` */ model: string }>,
): Estimate | undefined {
  const isAlike = ({ models }: RunSample) => models.length === 0 || models.includes(model);
  return estimateRun(readHistory(ledger, { workflow, source: 'run', limit: 30 }).filter(isAlike));
}
