/** Resolves the model that is substituted for another, and how much is known about its token counts. */
import { resolveModel, type ResolvedModel, type UnresolvedModel } from '../../pricing/names/resolve-model.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { Call } from '../../profile/run/run-state.js';
import { selectEncoding } from '../../usage/load-tokenizer.js';

/** A model by the name that the user gave, and its price, or why it has none. */
export type TargetModel = Readonly<{ name: string; resolved: ResolvedModel | UnresolvedModel }>;

/**
 * How the model of a call relates to the one that replaces it: `same` is the same model of the same seller, so that nothing
 * changes · `resold` the same model of another seller, with the same token counts · `tokenizer` another model that splits text
 * into the same tokens · `other` a model of which neither is known.
 */
export type Relation = 'same' | 'resold' | 'tokenizer' | 'other';

/** The model of a name such as `gpt-5-mini`, `anthropic/claude-sonnet-5` or `openrouter/openai/gpt-5`. */
export function resolveTarget(name: string, prices: PriceTable): TargetModel {
  return { name, resolved: resolveModel(name, { prices }) };
}

/** How the model of a call relates to a target. Offline rules are not a model: any target is another one. */
export function relateModels(call: Call, target: TargetModel, prices: PriceTable): Relation {
  const name = call.model ?? call.requestedModel;
  if (isNamed(call, target.name)) return 'same';
  const own = resolveModel(name, { provider: call.provider, prices });
  const { resolved } = target;
  if (own.pricedAs === undefined || resolved.pricedAs === undefined) return 'other';
  const isResold = baseName(own.pricedAs) === baseName(resolved.pricedAs);
  if (own.pricedAs === resolved.pricedAs && own.certainty !== 'borrowed') return 'same';
  if (isResold) return 'resold';
  const isOpenAi = [own, resolved].every(({ pricedAs }) => /(?:^|\/)openai\//.test(pricedAs));
  return isOpenAi && selectEncoding(baseName(own.pricedAs)) === selectEncoding(baseName(resolved.pricedAs))
    ? 'tokenizer'
    : 'other';
}

/** Whether a name is literally the one under which the call was made or answered. */
function isNamed({ provider, model, requestedModel }: Call, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return [model ?? requestedModel, requestedModel].some((each) => {
    const own = each.trim().toLowerCase();
    return own === wanted || `${provider}/${own}`.toLowerCase() === wanted;
  });
}

function baseName(pricedAs: string): string {
  return pricedAs.slice(pricedAs.lastIndexOf('/') + 1);
}
