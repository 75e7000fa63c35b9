/** Runs `pflow pricing list`: model prices in USD per million tokens. */
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { listPrices, type PriceRow } from '../../../pricing/list-prices.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, say, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';

/** `pflow pricing list [words]`: the prices of models, in USD per million tokens. */
export async function pricingList({
  operands,
  options,
}: Invocation<FormatOption & { filter?: string }>): Promise<ExitCode> {
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  const filter = [...operands, options.filter ?? ''].join(' ').trim();
  const rows = listPrices(prices, { filter });
  if (options.outputFormat === 'json') printJson(rows);
  else if (rows.length === 0) say(`No model matches '${filter}'.`);
  else print(table([['model', 'input', 'cache read', 'cache write', 'output', ''], ...rows.map(cells)]));
  return exitCodes.done;
}

function cells({ model, rates, free, tiered, origin }: PriceRow): string[] {
  const usd = (rate: number | undefined) => (rate === undefined ? '–' : `$${rate}`);
  const notes = [free ? 'free' : '', tiered ? 'more above a limit' : '', origin === 'user' ? 'yours' : ''];
  return [
    model,
    usd(rates.input),
    usd(rates.cacheRead),
    usd(rates.cacheWrite),
    usd(rates.output),
    notes.filter(Boolean).join(', '),
  ];
}
