/** Advises on prompts that were paid in full although an earlier call had sent them: the cause, the loss, the remedy. */
import { formatCompact, plural } from '../../lib/text/format.js';
import { priceFacts } from '../../profile/run/llm-call.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { diagnoseCache, type CacheCause, type CacheMiss } from './cache-doctor.js';
import type { Advice, AdviceCall } from './advice-call.js';

/** How many earlier calls of a node are searched for one that had finished: more than run at the same time. */
const MOST_EARLIER = 100;

/** A call that paid in full for tokens which an earlier one had sent, and what that cost in USD. */
export type PricedMiss = Readonly<{ call: AdviceCall; miss: CacheMiss; usd: number }>;

/** The misses of calls in order of start. Those that cost nothing are left out. */
export function listMisses(
  calls: readonly AdviceCall[],
  prices: PriceTable,
  began: Date | undefined,
): PricedMiss[] {
  const earlier = new Map<string, AdviceCall[]>();
  return calls.flatMap((call): PricedMiss[] => {
    const before = earlier.get(call.node) ?? [];
    earlier.set(call.node, before);
    const miss = diagnoseCache(call, before.slice(-MOST_EARLIER));
    before.push(call);
    const usd = miss ? priceMiss(call, miss, prices, began) : 0;
    return miss && usd > 0 ? [{ call, miss, usd }] : [];
  });
}

/** One piece of advice for each node and cause, with the loss of all of its calls. */
export function adviseCache(
  calls: readonly AdviceCall[],
  prices: PriceTable,
  began: Date | undefined,
): Advice[] {
  const groups = new Map<string, PricedMiss[]>();
  for (const each of listMisses(calls, prices, began)) {
    const key = `${each.miss.cause} ${each.call.node}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return Array.from(groups.values(), (group) => {
    const [{ miss, call }] = group as [PricedMiss];
    const tokens = group.reduce((sum, each) => sum + each.miss.missed, 0);
    return {
      kind: `cache-${miss.cause}`,
      node: call.node === '' ? undefined : call.node,
      message: `${plural(group.length, 'call')} paid ~${formatCompact(tokens)} tokens in full that an earlier call had sent: ${describeCause(miss)}`,
      remedy: REMEDIES[miss.cause],
      usd: group.reduce((sum, each) => sum + each.usd, 0),
      ms: null,
      spans: group.map((each) => each.call.span),
    };
  });
}

/** What the missed tokens cost more than reads from the cache would have, in USD; 0 if there are no rates for that. */
function priceMiss(
  { call, startedAt }: AdviceCall,
  { missed }: CacheMiss,
  prices: PriceTable,
  began: Date | undefined,
): number {
  const { usage } = call;
  if (usage === null || call.usageOrigin !== 'reported' || usage.parts) return 0;
  const { reportedCostUsd: _usd, ...paid } = usage;
  const { cacheWrite = 0, cacheWrite1h = 0, cacheRead = 0, cacheWrite5m: _minutes, ...rest } = paid;
  const write = Math.max(0, cacheWrite - missed);
  const read = {
    ...rest,
    cacheRead: cacheRead + missed,
    cacheWrite: write,
    cacheWrite1h: Math.min(cacheWrite1h, write),
  };
  const at = began && new Date(began.getTime() + startedAt);
  const now =
    usage.reportedCostUsd === undefined
      ? call.cost
      : priceFacts({ ...call, usage: paid }, { prices, at }).cost;
  const then = priceFacts({ ...call, usage: read }, { prices, at }).cost;
  // Without a rate for reads the table bills them as plain input: nothing is lost.
  return now?.usd != null && then?.usd != null ? now.usd - then.usd : 0;
}

/** The cause of a miss in words, with the place of the first difference and the call that it was compared with. */
export function describeCause({ cause, since, position }: CacheMiss): string {
  const at = position ? ` at byte ${position.bytes.toLocaleString('en-US')}` : '';
  const [text] = { ...CAUSES, 'history-rewritten': [`message ${position?.message} was rewritten`] }[cause];
  return `${text}${at} since call #${since}`;
}

const CAUSES: Readonly<Record<CacheCause, readonly [string]>> = {
  cold: ['the first of them had not finished'],
  expired: ['the cache had expired'],
  'provider-changed': ['another provider was called'],
  'model-changed': ['another model was called'],
  'tools-changed': ['the tool list changed'],
  'system-changed': ['the system prompt changed'],
  'history-rewritten': ['a message was rewritten'],
  'below-minimum': ['the prompt is below the smallest that is cached'],
  unknown: ['the cause is unknown'],
};

/** What to do about each cause. */
export const REMEDIES: Readonly<Record<CacheCause, string>> = {
  cold: 'Let one call finish before the others start.',
  expired: 'Call again within 5 minutes, or write the cache for an hour.',
  'provider-changed': 'Stay with one provider within a conversation: each has a cache of its own.',
  'model-changed': 'Stay with one model within a conversation: each has a cache of its own.',
  'tools-changed': 'Keep the tool list and its order the same in every call.',
  'system-changed': 'Put what changes (dates, ids) after what does not, into the last message.',
  'history-rewritten': 'Append to the history instead of rewriting it.',
  'below-minimum':
    'Put more of what stays the same first, up to 1,024 tokens, or leave it: short prompts cost little.',
  unknown:
    'Mark the prompt for caching where the provider requires it (cache_control), and check that it starts the same.',
};
