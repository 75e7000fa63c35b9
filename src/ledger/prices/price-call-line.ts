/** Prices a ledger line with a price table exactly as its run is priced. */
import { priceFacts, type CallFacts } from '../../profile/run/llm-call.js';
import type { Call } from '../../profile/run/run-state.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { countNames, type Usage } from '../../usage/record/usage.js';
import type { CallLine, LedgerUsage, ModelUsage } from '../files/ledger-line.js';

/** The cost of a call at the rates of its day; `recordedCost` is the cost of a replayed call at the time of its recording. */
export function priceCallLine(
  line: CallLine,
  prices: PriceTable,
): Pick<Call, 'cost' | 'recordedCost' | 'cacheEffect'> {
  return priceFacts(toCallFacts(line), { prices, at: new Date(line.at) });
}

/** The facts of a call that determine its price and its share in a sum. */
function toCallFacts(line: CallLine): CallFacts {
  const usage = restoreUsage(line);
  return {
    provider: line.provider,
    requestedModel: line.requested ?? line.model,
    model: usage !== null || line.answered === true ? line.model : undefined,
    free: line.free === true,
    usage,
    usageOrigin: line.estimated === true ? 'estimated' : usage === null ? 'none' : 'reported',
    progressTokens: line.streamed,
    replayed: line.source === 'replayed',
  };
}

/** The call of a line, to be added to a sum. */
export function toCall(line: CallLine, cost: Pick<Call, 'cost' | 'recordedCost' | 'cacheEffect'>): Call {
  return {
    ...toCallFacts(line),
    ...cost,
    request: undefined,
    response: undefined,
    finishReason: undefined,
    firstTokenMs: line.firstTokenMs,
    wasted: line.wasted === true,
  };
}

function restoreUsage({ usages, model, reported, unconsumed, incomplete }: CallLine): Usage | null {
  const [first] = usages;
  if (!first) return null;
  const cost = reported && {
    reportedCostUsd: reported.usd,
    ...(reported.source === undefined ? {} : { reportedCostSource: reported.source }),
  };
  // A single model under another name than the call's is a part: it is priced by its own name.
  if (usages.length === 1 && first.model === model && first.provider === undefined)
    return { ...first.usage, ...cost, ...RESTORED };
  return {
    ...sumCounts(usages.map(({ usage }) => usage)),
    ...cost,
    ...(unconsumed ? { unconsumed } : {}),
    ...(incomplete ? { incomplete } : {}),
    parts: usages.map(toPart),
    ...RESTORED,
  };
}

const RESTORED = { source: 'ledger', convention: 'inclusive', warnings: [] as readonly string[] } as const;

function toPart({ model, provider, usage }: ModelUsage): NonNullable<Usage['parts']>[number] {
  return { model, ...(provider === undefined ? {} : { provider }), usage: { ...usage, ...RESTORED } };
}

function sumCounts(usages: readonly LedgerUsage[]): LedgerUsage {
  const sums: { -readonly [K in (typeof countNames)[number]]?: number } = {};
  for (const name of countNames) {
    for (const usage of usages) {
      if (usage[name] !== undefined) sums[name] = (sums[name] ?? 0) + usage[name];
    }
  }
  return sums;
}
