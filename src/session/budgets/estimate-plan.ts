/** Estimates what a plan will need, for the texts that show it before it runs. */
import type { Estimate } from '../../insights/history/estimate-run.js';
import type { ModelNode } from '../../insights/history/estimate-nodes.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { ModelChoice } from '../../llm/select/choose-model.js';

/** An estimate in words and as figures. */
export type PlanEstimate = Readonly<{ text: string; estimate: Estimate }>;

/**
 * The estimate from earlier runs of the workflow with the same model; for fewer than 3, from earlier calls of nodes like those of
 * `ir`. undefined if there are too few of them too.
 */
export async function estimatePlan(
  workflow: string,
  choice: Pick<ModelChoice, 'provider' | 'model'>,
  ir?: Pick<Workflow, 'nodes'>,
): Promise<PlanEstimate | undefined> {
  const [{ estimateWorkflow }, { describeEstimate }] = await Promise.all([
    import('../../insights/history/estimate-workflow.js'),
    import('../../insights/history/estimate-run.js'),
  ]);
  const model = `${choice.provider}/${choice.model}`;
  const nodes = ir && listModelNodes(ir, model);
  const estimate = estimateWorkflow(ledgerFolder(), { workflow, model, nodes });
  return estimate && { text: describeEstimate(estimate), estimate };
}

/** The nodes that call a model; undefined if some call models in a way that the workflow does not show. */
function listModelNodes(
  { nodes }: Pick<Workflow, 'nodes'>,
  chosen: string,
): readonly ModelNode[] | undefined {
  if (nodes.some(({ type }) => type === 'workflow')) return undefined;
  return nodes.flatMap(({ id, type, params }) => {
    if (type !== 'llm') return [];
    const { prompt, system, model } = params;
    const texts = [prompt, system].filter((text) => typeof text === 'string');
    const isFixed = texts.every((text) => !text.includes('${'));
    const promptLength = texts.reduce((sum, text) => sum + text.length, 0);
    return {
      id,
      model: typeof model === 'string' && model.includes('/') ? model : chosen,
      ...(isFixed ? { promptLength } : {}),
    };
  });
}

/** Prints the estimate of a planned run, or that it is unknown, and returns the field for its JSON. */
export async function reportEstimate(
  { plans, values }: Pick<RunState, 'plans' | 'values'>,
  choice: ModelChoice,
  print: (line: string) => void,
): Promise<{ estimate: Estimate | null }> {
  const [{ restoreValue }, { workflowSchema }] = await Promise.all([
    import('../../trace/blobs/restore.js'),
    import('../../workflow/format/ir.js'),
  ]);
  const plan = plans.findLast(({ span }) => span === undefined);
  const ir = plan && workflowSchema.safeParse(restoreValue(plan.ir, values).value).data;
  const found = plan && (await estimatePlan(plan.name, choice, ir));
  print(
    `estimate: ${found?.text ?? 'none, there are fewer than 3 earlier runs of this workflow, or calls of nodes like its own, with this model'}`,
  );
  return { estimate: found?.estimate ?? null };
}
