/** Plans a request by rules. */

import { PflowError } from '../../lib/error.js';
import { explainUnread, readClauses } from './clauses.js';
import type { Clause } from './language/parsed-steps.js';
import { toWorkflow, type PipedInput, type RulePlan } from './to-workflow.js';

/** Plans a request as a workflow, with its parsed clauses. Throws if it cannot be parsed. */
export function planByRules(
  request: string,
  input: PipedInput = {},
): RulePlan & { clauses: readonly Clause[] } {
  const clauses = readClauses(request);
  if (clauses.length === 0)
    throw new PflowError('cannot_plan', 'The request says nothing to do.', {
      hint: 'For example: summarize README.md',
    });
  return { clauses, ...toWorkflow(clauses, explainUnread, input) };
}
