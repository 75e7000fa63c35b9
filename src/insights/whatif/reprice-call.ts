/** Prices a call as if another model had answered it, without a prompt cache, or at today's rates. */
import { NO_COST, type Cost } from '../../pricing/cost.js';
import { priceCall } from '../../pricing/price-call.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { priceFacts } from '../../profile/run/llm-call.js';
import type { Call } from '../../profile/run/run-state.js';
import type { Usage } from '../../usage/record/usage.js';
import {
  scaleUsage,
  toOneModel,
  usesCache,
  withoutCache,
  withoutCacheWrites,
  type Factors,
} from './scale-usage.js';
import { relateModels, type Relation, type TargetModel } from './target-model.js';

/** What is changed. Without a target the model stays; `at` is the date of the rates, by default that of the call. */
export type Change = Readonly<{ target?: TargetModel; noCache?: boolean; at?: Date }>;

/** A call with its cost after the change, its bounds in USD, and what is not certain about it, in words. */
export type RepricedCall = Readonly<{
  call: Call;
  /** false if the change does not concern this call: `call` is then the one that was given. */
  changed: boolean;
  /** Equal if nothing is uncertain; null if the cost is unknown. */
  low: number | null;
  high: number | null;
  notes: readonly string[];
}>;

/**
 * The factor of the tokens of a text between two tokenizers. Anthropic states up to 1.35 between Claude Opus 4.6 and 4.7; users
 * measured up to 1.47 on documents with its count_tokens endpoint.
 */
const TOKENIZER_FACTOR = 1.5;
/** The factor of the length of an answer between two models. No seller publishes one: an assumption, stated to the user. */
const ANSWER_FACTOR = 1.4;

/** Prices a call after a change. `dated` is when the call was made. */
export function repriceCall(
  call: Call,
  change: Change,
  prices: PriceTable,
  dated: Date | undefined,
): RepricedCall {
  const at = change.at ?? dated;
  const relation = change.target ? relateModels(call, change.target, prices) : 'same';
  if (call.replayed) return { ...unchanged(call), notes: ['calls from a recording cost nothing'] };
  if (change.target && relation !== 'same')
    return substitute(call, change.target, relation, change, prices, at);
  return repriceSame(call, change, prices, at);
}

function unchanged(call: Call): RepricedCall {
  const usd = call.cost?.usd ?? null;
  return { call, changed: false, low: usd, high: usd, notes: [] };
}

function repriceSame(call: Call, change: Change, prices: PriceTable, at: Date | undefined): RepricedCall {
  const { usage } = call;
  const isUncached = change.noCache === true && usage !== null && usesCache(usage);
  const isDated = change.at !== undefined && call.provider !== 'offline' && !call.free;
  if (usage === null || (!isUncached && !isDated)) return unchanged(call);
  const reported = usage.reportedCostUsd;
  const plain = toTablePriced(isUncached ? withoutCache(usage) : usage);
  const priced = priceFacts({ ...call, usage: plain }, { prices, at });
  if (reported === undefined) return finish({ ...call, usage: plain, ...priced }, []);
  // What the provider reported includes discounts that no table has: only the difference that the table knows is applied.
  const before = priceFacts(
    { ...call, usage: toTablePriced(usage) },
    { prices, at: isDated ? at : undefined },
  );
  const [from, to] = [before.cost?.usd ?? null, priced.cost?.usd ?? null];
  if (!isUncached || from === null || to === null)
    return { ...unchanged(call), notes: ['a cost that the provider reported stays as it is'] };
  const cost: Cost = { ...NO_COST, usd: reported + to - from, state: 'estimated', certainty: 'estimated' };
  return finish({ ...call, usage: plain, cost, cacheEffect: null }, [
    'the cache is priced by the table, the rest as the provider reported it',
  ]);
}

function toTablePriced(usage: Usage): Usage {
  const { reportedCostUsd: _usd, reportedCostSource: _source, ...rest } = usage;
  return rest;
}

function substitute(
  call: Call,
  target: TargetModel,
  relation: Relation,
  { noCache = false }: Change,
  prices: PriceTable,
  at: Date | undefined,
): RepricedCall {
  const recorded = readUsage(call);
  if (recorded === null)
    return { ...unchanged(call), notes: ['a call whose usage is not known stays as it is'] };
  const { resolved } = target;
  const isPriced = resolved.pricedAs !== undefined;
  const billsWrites =
    isPriced && (resolved.price.cacheWrite ?? resolved.override?.price.cacheWrite) !== undefined;
  const one = toOneModel(recorded, isPriced && resolved.seller === call.provider);
  const usage = noCache ? withoutCache(one) : billsWrites ? one : withoutCacheWrites(one);
  const isKnown = relation === 'resold' && call.usageOrigin === 'reported';
  const price = (counts: Usage) => priceCall(counts, { model: target.name, at, prices, estimated: !isKnown });
  const { cost, cacheEffect } = price(usage);
  const repriced: Call = {
    ...call,
    model: target.name,
    requestedModel: target.name,
    provider: sellerName(target, call),
    free: cost.state === 'free',
    usage,
    cost,
    cacheEffect,
    progressTokens: undefined,
  };
  const variants = [usage];
  const notes: string[] = [];
  if (relation !== 'resold') {
    const input = relation === 'tokenizer' ? 1 : TOKENIZER_FACTOR;
    const output = Math.max(input, ANSWER_FACTOR);
    const bounds: Factors[] = [
      { input: 1 / input, output: 1 / output, reasoning: 0 },
      { input, output, reasoning: output },
    ];
    variants.push(...bounds.map((factors) => scaleUsage(usage, factors)));
    notes.push(...describeBounds(relation, usage));
  }
  if (usesCache(usage)) {
    variants.push(...variants.map(withoutCache));
    notes.push('the range includes that nothing is read from a prompt cache');
  }
  const costs = variants.flatMap((counts) => price(counts).cost.usd ?? []);
  if (cost.usd === null) return { call: repriced, changed: true, low: null, high: null, notes: [] };
  return { call: repriced, changed: true, low: Math.min(...costs), high: Math.max(...costs), notes };
}

/** The usage of a call; of one that was interrupted, what had streamed. null if nothing is known. */
function readUsage({ usage, progressTokens }: Call): Usage | null {
  if (usage !== null || progressTokens === undefined) return usage;
  return { input: 0, output: progressTokens, source: 'progress', convention: 'assumed', warnings: [] };
}

function sellerName({ resolved }: TargetModel, call: Call): string {
  return resolved.pricedAs === undefined ? 'unknown' : (resolved.seller ?? call.provider);
}

function describeBounds(relation: Relation, { reasoning = 0 }: Usage): string[] {
  return [
    relation === 'other'
      ? `the range allows ${TOKENIZER_FACTOR} times as many tokens or as few: another tokenizer, and answers of another length`
      : `the range allows answers ${ANSWER_FACTOR} times as long or as short`,
    reasoning > 0
      ? 'the range includes that the model does not reason'
      : 'tokens that the model would reason with are not included: none are recorded',
  ];
}

function finish(call: Call, notes: readonly string[]): RepricedCall {
  return { ...unchanged(call), changed: true, notes };
}
