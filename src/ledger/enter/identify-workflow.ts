/** Identifies the workflow of a run, so that earlier runs of the same workflow are found. */
import { createHash } from 'node:crypto';
import { isJsonObject } from '../../lib/data/json-object.js';
import type { RunState } from '../../profile/run/run-state.js';

/** A workflow: its name for display, and what identifies it; undefined where the plan is not known in full. */
export type WorkflowIdentity = Readonly<{ workflow?: string | undefined; identity?: string | undefined }>;

/**
 * Identifies the workflow of a run by its saved name, else by the real path of its file, else by the hash of its nodes and edges:
 * the first 16 digits of a SHA-256.
 */
export function identifyWorkflow({ started, plans }: RunState): WorkflowIdentity {
  const plan = plans.findLast(({ span }) => span === undefined);
  const { name, path } = started?.workflow ?? {};
  const workflow = name ?? plan?.name;
  if (plan?.origin === 'saved') return { workflow, identity: `saved:${plan.name}` };
  if (path !== undefined) return { workflow, identity: `file:${path}` };
  if (!isJsonObject(plan?.ir)) return { workflow };
  const { nodes, edges } = plan.ir as Readonly<Record<string, unknown>>;
  if (!Array.isArray(nodes)) return { workflow };
  const hash = createHash('sha256').update(JSON.stringify([nodes, edges ?? []]));
  return { workflow, identity: `plan:${hash.digest('hex').slice(0, 16)}` };
}

/** Whether a line of the ledger is about a run of a workflow. A line without an identity, of an earlier version, has only a name. */
export function isOfWorkflow(line: WorkflowIdentity, of: WorkflowIdentity): boolean {
  if (line.identity !== undefined && of.identity !== undefined) return line.identity === of.identity;
  return of.workflow !== undefined && line.workflow === of.workflow;
}
