/** Selects runs by status, workflow, model, start and tags. */
import { createNameTest, createTagTest, type CallFilter } from '../../ledger/stats/call-filter.js';
import type { ListedRun } from './list-runs.js';

/** Which runs to list; all conditions must hold. Names match any part, in upper or lower case. */
export type RunFilter = Pick<CallFilter, 'failed' | 'workflow' | 'model' | 'tag'> &
  Readonly<{
    /** Those that started at this time or later. */
    since?: Date;
  }>;

/**
 * Creates the predicate of a filter. A run of which only the trace is known has the model that it was started with.
 */
export function createRunFilter({
  failed,
  workflow,
  model,
  since,
  tag,
}: RunFilter): (run: ListedRun) => boolean {
  const matchesWorkflow = workflow === undefined ? undefined : createNameTest(workflow);
  const matchesModel = model === undefined ? undefined : createNameTest(model);
  const matchesTags = createTagTest(tag);
  return (run) =>
    (!failed || ['failed', 'budget', 'killed'].includes(run.status)) &&
    (!since || run.at >= since.getTime()) &&
    (!matchesWorkflow || matchesWorkflow(run.workflow) || matchesWorkflow(run.name)) &&
    (!matchesModel || run.models?.some(matchesModel) === true) &&
    matchesTags(run.tags);
}
