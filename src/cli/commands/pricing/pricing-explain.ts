/** Runs `pflow pricing explain`: how a model name is priced, and the arithmetic of a call. */
import { explainPrice } from '../../../pricing/explain-price.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import type { Invocation } from '../../io/invocation.js';
import { print, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** Token counts (inclusive) and the other options that the price of a call depends on. */
export type ExplainFlags = Readonly<
  Partial<
    Record<'input' | 'cacheRead' | 'cacheWrite' | 'cacheWrite1h' | 'output' | 'webSearches', number>
  > & {
    serviceTier?: string;
    inferenceGeo?: string;
    at?: Date;
  }
>;

/** `pflow pricing explain <model>`: how a model gets its price, and the arithmetic of a call. */
export async function pricingExplain({ operands, options }: Invocation<ExplainFlags>): Promise<ExitCode> {
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  const { serviceTier, inferenceGeo, at, ...given } = options;
  const counts = Object.keys(given).length > 0 ? { counts: given } : {};
  const call = {
    ...(serviceTier && { serviceTier }),
    ...(inferenceGeo && { inferenceGeo }),
    ...(at && { at }),
  };
  print(explainPrice({ model: operands[0]!, prices, ...counts, ...call }).join('\n'));
  return exitCodes.done;
}
