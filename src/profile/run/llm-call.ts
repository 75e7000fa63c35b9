/** Builds the record of one LLM call from its events and prices it. */
import { priceAnswer } from '../../pricing/price-answer.js';
import { costOf, type CallPrice, type CostOptions } from '../../pricing/price-call.js';
import { NO_COST, type Cost } from '../../pricing/cost.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { EventOf } from '../../trace/event/event.js';
import type { Usage } from '../../usage/record/usage.js';
import type { Call } from './run-state.js';
/** What a call is priced with: a price table, on the day of the call. */
export type Pricing = Readonly<{ prices: PriceTable; at: Date | undefined }>;

/** The call of an llm span that just started. */
export function createCall(started: EventOf<'span.started'>): Call {
  return {
    provider: started.provider ?? 'unknown',
    requestedModel: started.model ?? started.name,
    model: undefined,
    free: started.free ?? false,
    request: undefined,
    response: undefined,
    finishReason: undefined,
    firstTokenMs: undefined,
    usage: null,
    usageOrigin: 'none',
    progressTokens: undefined,
    cost: null,
    cacheEffect: null,
    wasted: false,
  };
}

/** Adds the request. */
export function withRequest(call: Call, event: EventOf<'llm.request'>): Call {
  return { ...call, request: event };
}

/**
 * Updates a streaming call: its output so far is an estimate, and so is its price, in which the input counts as 0 until
 * it is reported. A call that is aborted here keeps both, because its tokens are billed.
 */
export function withProgress(call: Call, event: EventOf<'llm.progress'>, pricing: Pricing): Call {
  const usage: Usage = {
    input: 0,
    output: event.output,
    source: 'progress',
    convention: 'assumed',
    warnings: [],
  };
  return {
    ...call,
    progressTokens: event.output,
    cost: isByRules(call)
      ? unknownCost(call)
      : costOf(usage, {
          ...describe({ ...call, usageOrigin: 'estimated' }, pricing),
          model: call.requestedModel.trim() || 'unknown',
        }),
  };
}

/** Adds the response, with its usage and cost. */
export function withResponse(call: Call, event: EventOf<'llm.response'>, pricing: Pricing): Call {
  // The schema allows explicit `undefined` counts; JSON cannot contain them, so only the type differs.
  const usage = event.usage as Usage | null;
  const answered: Call = {
    ...call,
    model: event.model,
    free: call.free || event.free !== undefined,
    // What only amends the usage has no answer.
    response: call.response && event.text === undefined && event.object === undefined ? call.response : event,
    finishReason: event.finishReason ?? call.finishReason,
    firstTokenMs: event.firstTokenMs ?? call.firstTokenMs,
    usage,
    usageOrigin: event.usageOrigin,
  };
  return { ...answered, ...priceAnswered(answered, event.model, pricing) };
}

function priceAnswered(call: Call, model: string, pricing: Pricing): CallPrice {
  if (call.usage === null || isByRules(call))
    return { cost: (isByRules(call) ? null : call.cost) ?? unknownCost(call), cacheEffect: null };
  const { requestedModel } = call;
  return priceAnswer(call.usage, { ...describe(call, pricing), model, requestedModel });
}

function describe(
  { provider, free, usageOrigin }: Call,
  { prices, at }: Pricing,
): Omit<CostOptions, 'model'> {
  return { provider, at, prices, free, estimated: usageOrigin === 'estimated' };
}

function unknownCost(call: Call): Cost {
  return {
    ...NO_COST,
    usd: call.free && !isByRules(call) ? 0 : null,
    state: isByRules(call) ? 'n/a' : call.free ? 'free' : 'unknown',
    certainty: isByRules(call) ? 'n/a' : call.free ? 'exact' : 'unknown',
  };
}

/** Offline rules are not a model: there is nothing to price, unlike a model that is free. */
function isByRules(call: Call): boolean {
  return call.provider === 'offline';
}
