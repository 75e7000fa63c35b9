/** Finds the vendor of a model that is named without its provider, in the price table. */
import type { FindVendor } from '../../llm/select/provider-list.js';
import { resolveModel } from '../../pricing/names/resolve-model.js';
import { defaultPrices } from '../../pricing/table/load-prices.js';

/** The seller under whose price a bare name is listed, and the id of the model there. */
export const findVendor: FindVendor = (name) => {
  const { pricedAs, ...resolved } = resolveModel(name, { prices: defaultPrices() });
  if (pricedAs === undefined || !('seller' in resolved) || resolved.seller === undefined) return undefined;
  const { seller } = resolved;
  // The ids of Anthropic's API have no dots (docs.anthropic.com, models overview); other tools write `claude-opus-4.5`.
  const isRespelled = seller === 'anthropic' && name.includes('.') && pricedAs.startsWith(`${seller}/`);
  return { provider: seller, model: isRespelled ? pricedAs.slice(seller.length + 1) : name };
};
