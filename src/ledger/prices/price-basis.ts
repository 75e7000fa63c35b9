/** Prices ledger lines as they were entered, at the rates of their days, or at the rates of today. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { CallLine } from '../files/ledger-line.js';
import { createSharePricer, type PricedShare } from './price-share.js';

/**
 * Which prices calls are summed up at: `recorded` those known when the call was entered, `day` the table's rates of the call's
 * day, `current` the table's rates of today. A cost that was reported with the response takes precedence in all of them.
 */
export type PriceBasis = 'recorded' | 'day' | 'current';

/** Creates a function that prices lines on a basis. */
export function createBasisPricer(prices: PriceTable, basis: PriceBasis): (line: CallLine) => PricedShare {
  const price = createSharePricer(prices);
  if (basis === 'day') return price;
  if (basis === 'recorded') return (line) => restoreRecorded(line, price(line));
  const now = new Date().toISOString();
  return (line) => price({ ...line, at: now });
}

/**
 * The line has the amounts, but not how certain they are: that follows from its usage, whose marks depend little on the
 * table. A call that had no price when it was entered stays without one.
 */
function restoreRecorded({ usd, recordedUsd, model, wasted }: CallLine, priced: PricedShare): PricedShare {
  const { share } = priced;
  const recorded = recordedUsd ?? 0;
  if (usd === share.usd && recorded === priced.recordedUsd && share.unpriced === undefined) return priced;
  const known = usd !== null;
  // A call that failed without a response, and one of the offline rules, has nothing that could be priced.
  const isPriceable = share.priced || share.free || share.unpriced !== undefined;
  return {
    recordedUsd: recorded,
    share: {
      ...share,
      usd: usd ?? 0,
      wastedUsd: wasted === true ? (usd ?? 0) : 0,
      priced: known && !share.free,
      unpriced: known || !isPriceable ? undefined : model,
      ...(known ? {} : { free: false, bound: false, approximate: false }),
    },
  };
}
