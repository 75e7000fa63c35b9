/** Advises on prompts that were paid in full although an earlier call had sent them: the cause, the loss, the remedy. */
import { formatCompact, plural } from '../../lib/text/format.js';
import { priceFacts } from '../../profile/run/llm-call.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { diagnoseCache, type CacheCause, type CacheMiss } from './cache-doctor.js';
import type { Advice, AdviceCall } from './advice-call.js';

/** How many earlier calls of a node are searched for one that had finished: more than run at the same time. */
const MOST_EARLIER = 100;

/** One piece of advice for each node and cause, with the loss of all of its calls. Misses that cost nothing are left out. */
export function adviseCache(
  calls: readonly AdviceCall[],
  prices: PriceTable,
  began: Date | undefined,
): Advice[] {
  const groups = new Map<
    string,
    { miss: CacheMiss; node: string; usd: number; tokens: number; spans: number[] }
  >();
  const earlier = new Map<string, AdviceCall[]>();
  for (const call of calls) {
    const before = earlier.get(call.node) ?? [];
    earlier.set(call.node, before);
    const miss = diagnoseCache(call, before.slice(-MOST_EARLIER));
    before.push(call);
    const usd = miss ? priceMiss(call, miss, prices, began) : 0;
    if (!miss || usd <= 0) continue;
    const key = `${miss.cause} ${call.node}`;
    const group = groups.get(key) ?? { miss, node: call.node, usd: 0, tokens: 0, spans: [] };
    groups.set(key, group);
    group.usd += usd;
    group.tokens += miss.missed;
    group.spans.push(call.span);
  }
  return Array.from(groups.values(), ({ miss, node, usd, tokens, spans }) => ({
    kind: `cache-${miss.cause}`,
    node: node === '' ? undefined : node,
    message: `${plural(spans.length, 'call')} paid ~${formatCompact(tokens)} tokens in full that an earlier call had sent: ${describeCause(miss)}`,
    remedy: REMEDIES[miss.cause],
    usd,
    ms: null,
    spans,
  }));
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

function describeCause({ cause, since, position }: CacheMiss): string {
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

const REMEDIES: Readonly<Record<CacheCause, string>> = {
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
