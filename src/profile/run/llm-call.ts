/** Builds the record of one LLM call from its events and prices it. */
import { priceAnswer } from '../../pricing/price-answer.js';
import { costOf, type CostOptions } from '../../pricing/price-call.js';
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
    recordedCost: null,
    cacheEffect: null,
    replayed: false,
    wasted: false,
  };
}

/** Adds the request. */
export function withRequest(call: Call, event: EventOf<'llm.request'>): Call {
  return { ...call, request: event };
}

/** Updates a streaming call. One that is aborted here keeps its estimate, because its tokens are billed. */
export function withProgress(call: Call, event: EventOf<'llm.progress'>, pricing: Pricing): Call {
  const streaming: Call = { ...call, progressTokens: event.output };
  return { ...streaming, ...priceFacts(streaming, pricing) };
}

/** Adds what another observation of the same call knows better: its bytes more than telemetry, which names what the program made of them. */
export function mergeCalls(call: Call, other: Call): Call {
  const isExact = call.request?.seenBy === 'telemetry' && other.request?.seenBy !== 'telemetry';
  const isBetter = other.usageOrigin === 'reported' && (isExact || call.usageOrigin !== 'reported');
  const { usage, usageOrigin, cost, cacheEffect } = isBetter ? other : call;
  return {
    ...call,
    usage,
    usageOrigin,
    cost,
    cacheEffect,
    model: call.model ?? other.model,
    request: (isExact ? other.request : undefined) ?? call.request ?? other.request,
    response: (isExact ? other.response : undefined) ?? call.response ?? other.response,
    finishReason: call.finishReason ?? other.finishReason,
    firstTokenMs: call.firstTokenMs ?? other.firstTokenMs,
  };
}

/** The usage of a response: version 2 states its parts by model outside of it. */
function usageOf({ usage, usages }: EventOf<'llm.response'>): Usage | null {
  const sum = usage as Usage | null;
  return sum && usages ? { ...sum, parts: usages as NonNullable<Usage['parts']> } : sum;
}

/** Adds the response, with its usage and cost. */
export function withResponse(call: Call, event: EventOf<'llm.response'>, pricing: Pricing): Call {
  const answered: Call = {
    ...call,
    model: event.model,
    free: call.free || event.free !== undefined,
    // What only amends the usage has no answer.
    response: call.response && event.text === undefined && event.object === undefined ? call.response : event,
    finishReason: event.finishReason ?? call.finishReason,
    firstTokenMs: event.firstTokenMs ?? call.firstTokenMs,
    // The schema allows explicit `undefined` counts; JSON cannot contain them, so only the type differs.
    usage: usageOf(event),
    usageOrigin: event.usageOrigin,
    replayed: call.replayed || event.replayed === true,
  };
  return { ...answered, ...priceFacts(answered, pricing) };
}

/** What the price of a call depends on besides the rates. */
export type CallFacts = Pick<
  Call,
  'provider' | 'requestedModel' | 'model' | 'free' | 'usage' | 'usageOrigin' | 'progressTokens' | 'replayed'
>;

/**
 * The cost of a call; null before there is anything to price. A call that was replayed from a recording costs nothing,
 * and has what it cost then as `recordedCost`.
 */
export function priceFacts(
  call: CallFacts,
  pricing: Pricing,
): Pick<Call, 'cost' | 'recordedCost' | 'cacheEffect'> {
  const { cost, cacheEffect } = priceCallOf(call, pricing);
  if (!call.replayed || cost === null) return { cost, recordedCost: null, cacheEffect };
  return { cost: REPLAYED, recordedCost: cost, cacheEffect: null };
}

const REPLAYED: Cost = { ...NO_COST, usd: 0, state: 'free', certainty: 'exact' };

function priceCallOf(call: CallFacts, pricing: Pricing): Pick<Call, 'cost' | 'cacheEffect'> {
  const { usage, requestedModel, model = requestedModel } = call;
  if (usage === null) return { cost: priceWithoutUsage(call, pricing), cacheEffect: null };
  if (isByRules(call)) return { cost: unknownCost(call), cacheEffect: null };
  return priceAnswer(usage, { ...describe(call, pricing), model, requestedModel });
}

/** The output that streamed so far is an estimate, and so is its price, in which the input counts as 0 until it is reported. */
function priceWithoutUsage(call: CallFacts, pricing: Pricing): Cost | null {
  const { progressTokens: output, requestedModel, model } = call;
  if (output === undefined) return model === undefined ? null : unknownCost(call);
  if (isByRules(call)) return unknownCost(call);
  const usage: Usage = { input: 0, output, source: 'progress', convention: 'assumed', warnings: [] };
  const options = describe({ ...call, usageOrigin: 'estimated' }, pricing);
  return costOf(usage, { ...options, model: requestedModel.trim() || 'unknown' });
}

function describe(
  { provider, free, usageOrigin }: CallFacts,
  { prices, at }: Pricing,
): Omit<CostOptions, 'model'> {
  return { provider, at, prices, free, estimated: usageOrigin === 'estimated' };
}

function unknownCost(call: CallFacts): Cost {
  return {
    ...NO_COST,
    usd: call.free && !isByRules(call) ? 0 : null,
    state: isByRules(call) ? 'n/a' : call.free ? 'free' : 'unknown',
    certainty: isByRules(call) ? 'n/a' : call.free ? 'exact' : 'unknown',
  };
}

/** Offline rules are not a model: there is nothing to price, unlike a model that is free. */
function isByRules(call: CallFacts): boolean {
  return call.provider === 'offline';
}
