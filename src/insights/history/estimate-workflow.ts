/** Estimates a run of a workflow with a model from the ledger. */
import { visitCalls } from '../../ledger/files/read-calls.js';
import { createNodeEstimator, type ModelNode } from './estimate-nodes.js';
import { estimateRun, type Estimate } from './estimate-run.js';
import { readHistory } from './read-history.js';
import type { RunSample } from './run-sample.js';

/** How many days of calls are read where the workflow itself has too few runs. */
const DAYS = 30;

/**
 * Estimates a run from the last runs of the workflow that called no other model; for fewer than 3, from the calls of the last 30
 * days of nodes with the same name, model and prompt size. undefined if there are too few of these too.
 */
export function estimateWorkflow(
  ledger: string,
  {
    workflow,
    model,
    nodes,
    now = new Date(),
  }: Readonly<{
    workflow: string;
    /** `provider/model` */
    model: string;
    /** The nodes that call a model; absent if they are not known. */
    nodes?: readonly ModelNode[] | undefined;
    now?: Date;
  }>,
): Estimate | undefined {
  const isAlike = ({ models }: RunSample) => models.length === 0 || models.includes(model);
  const own = estimateRun(readHistory(ledger, { workflow, source: 'run', limit: 30 }).filter(isAlike));
  if (own || !nodes || nodes.length === 0) return own;
  const { visit, estimate } = createNodeEstimator(nodes);
  visitCalls(ledger, { from: new Date(now.getTime() - DAYS * 86_400_000) }, visit);
  return estimate();
}
