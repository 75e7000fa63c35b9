/** Checks before a run that the models which its nodes name can be reached and have a price. */
import { PflowError } from '../../lib/error.js';
import { chooseNamed, type ModelChoice } from '../../llm/select/choose-model.js';
import type { FindVendor } from '../../llm/select/provider-list.js';
import { resolveModel } from '../../pricing/names/resolve-model.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { ModelUse } from './models-used.js';

/** A node whose model cannot be reached. */
export type UnreachableModel = Readonly<{ node: string; model: string; error: PflowError }>;

/** What is known about the models of a run before it starts. */
export type ModelReport = Readonly<{
  unreachable: readonly UnreachableModel[];
  /** Models without a price, as `provider/model`, with the nodes that call them. */
  unpriced: ReadonlyMap<string, readonly string[]>;
}>;

/** Resolves the models of a run; without a `choice`, only the named ones. Contacts no server. */
export function checkModels(
  uses: readonly ModelUse[],
  choice: ModelChoice | undefined,
  options: { env: NodeJS.ProcessEnv; findVendor: FindVendor; prices: PriceTable },
): ModelReport {
  const unreachable: UnreachableModel[] = [];
  const unpriced = new Map<string, string[]>();
  for (const { node, model } of uses) {
    try {
      const wanted = model === undefined ? choice : chooseNamed(model, choice, options);
      if (!wanted || wanted.free || isPriced(wanted, options.prices)) continue;
      const name = `${wanted.provider}/${wanted.model}`;
      unpriced.set(name, [...(unpriced.get(name) ?? []), node]);
    } catch (error) {
      if (!(error instanceof PflowError) || model === undefined) throw error;
      unreachable.push({ node, model, error });
    }
  }
  return { unreachable, unpriced };
}

/** Throws if a model cannot be reached; warns of models without a price. */
export function requireModels(
  { unreachable, unpriced }: ModelReport,
  onWarning: (message: string) => void,
): void {
  const [first] = unreachable;
  if (first) {
    const { error } = first;
    const others = new Set(unreachable.slice(1).map(({ node, model }) => `'${model}' of '${node}'`));
    const more = others.size > 0 ? ` Nor can: ${[...others].join(', ')}.` : '';
    throw new PflowError(error.code, `${describeUnreachable(first)}${more}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
  for (const [model, nodes] of unpriced) onWarning(describeUnpriced(model, nodes));
}

/** One sentence on a model that cannot be reached. */
export function describeUnreachable({ node, model, error }: UnreachableModel): string {
  return `The model '${model}' of node '${node}' cannot be reached: ${error.message}`;
}

/** One sentence on a model without a price. */
export function describeUnpriced(model: string, nodes: readonly string[]): string {
  const named = nodes.map((node) => `'${node}'`).join(', ');
  return `The price of ${model} is not known, so the cost of ${named} will be missing from the total. An entry in ~/.pflow/pricing.json adds it.`;
}

function isPriced({ provider, model }: ModelChoice, prices: PriceTable): boolean {
  return provider === 'offline' || resolveModel(model, { provider, prices }).pricedAs !== undefined;
}
