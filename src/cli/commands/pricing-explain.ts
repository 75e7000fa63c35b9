import { explainPrice } from '../../pricing/explain.js';
import { loadPrices } from '../../pricing/load.js';
import type { Call } from '../call.js';
import { print, warn } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** Counts of tokens, inclusive. */
export type CountOptions = Readonly<
  Partial<Record<'input' | 'cacheRead' | 'cacheWrite' | 'cacheWrite1h' | 'output', number>>
>;

/** `pflow pricing explain <model>`: how a model gets its price, and the arithmetic of a call. */
export async function pricingExplain({ operands, options }: Call<CountOptions>): Promise<ExitCode> {
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  const counts = Object.keys(options).length ? { counts: options } : {};
  print(explainPrice({ model: operands[0]!, prices, ...counts }).join('\n'));
  return exitCodes.done;
}
