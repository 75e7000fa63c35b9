/** Estimates what a plan will need, for the texts that show it before it runs. */
import type { Estimate } from '../../insights/history/estimate-run.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { ModelChoice } from '../../llm/select/choose-model.js';

/** An estimate in words and as figures. */
export type PlanEstimate = Readonly<{ text: string; estimate: Estimate }>;

/** The estimate from earlier runs of the workflow with the same model; undefined for fewer than 3. */
export async function estimatePlan(
  workflow: string,
  { provider, model }: Pick<ModelChoice, 'provider' | 'model'>,
): Promise<PlanEstimate | undefined> {
  const [{ estimateWorkflow }, { describeEstimate }] = await Promise.all([
    import('../../insights/history/estimate-workflow.js'),
    import('../../insights/history/estimate-run.js'),
  ]);
  const estimate = estimateWorkflow(ledgerFolder(), { workflow, model: `${provider}/${model}` });
  return estimate && { text: describeEstimate(estimate), estimate };
}

/** Prints the estimate of a planned run, or that it is unknown, and returns the field for its JSON. */
export async function reportEstimate(
  workflow: string | undefined,
  choice: ModelChoice,
  print: (line: string) => void,
): Promise<{ estimate: Estimate | null }> {
  const found = workflow === undefined ? undefined : await estimatePlan(workflow, choice);
  print(
    `estimate: ${found?.text ?? 'none, there are fewer than 3 earlier runs of this workflow with this model'}`,
  );
  return { estimate: found?.estimate ?? null };
}
