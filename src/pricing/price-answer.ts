/** Prices the answer to a request, under the model that answered or else under the one that was requested. */
import type { Usage } from '../usage/record/usage.js';
import { priceCall, type CallPrice, type CostOptions } from './price-call.js';

/** How an answer is priced: `model` is the one named in the response. */
export type AnswerOptions = CostOptions & Readonly<{ requestedModel: string }>;

/** The price of an answer. Gateways and proxies may respond with names of their own; the requested name may still have a price. */
export function priceAnswer(usage: Usage, { requestedModel, ...options }: AnswerOptions): CallPrice {
  const priced = priceCall(usage, { ...options, model: options.model.trim() || 'unknown' });
  if (priced.cost.state !== 'unpriced' || options.model === requestedModel) return priced;
  const { cost, cacheEffect } = priceCall(usage, {
    ...options,
    model: requestedModel.trim() || 'unknown',
  });
  if (cost.usd === null) return priced;
  return { cost: { ...cost, matchedBy: `${cost.matchedBy}, of the requested model` }, cacheEffect };
}
