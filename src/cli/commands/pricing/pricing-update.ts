/** `pflow pricing update`: takes newer price data from a file or an address. */
import { PflowError } from '../../../lib/error.js';
import { plural } from '../../../lib/text/format.js';
import type { PriceChange } from '../../../pricing/data/compare-prices.js';
import { updatePrices } from '../../../pricing/data/update-prices.js';
import type { FormatOption } from '../../args/run-options.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** Where the data is, and the day that it is of where it does not state one. */
export type UpdateFlags = FormatOption & Readonly<{ from?: string; date?: Date }>;

/** Validates the data, writes it to ~/.pflow, and prints what changed. */
export async function pricingUpdate({ options }: Invocation<UpdateFlags>): Promise<ExitCode> {
  const { from, date, outputFormat } = options;
  if (from === undefined) {
    throw new PflowError('usage', 'pflow pricing update requires --from <file or address>.', {
      hint: 'Prices are never updated automatically. Newer data: prices/data.json of github.com/pydantic/genai-prices.',
    });
  }
  const update = await updatePrices({ from, ...(date ? { date: date.toISOString().slice(0, 10) } : {}) });
  if (outputFormat === 'json') {
    printJson(update);
    return exitCodes.done;
  }
  const added = update.changes.filter(({ kind }) => kind === 'added');
  const changed = update.changes.filter(({ kind }) => kind === 'changed');
  print(
    [
      `${update.path}: ${plural(update.models, 'model')} of ${update.date} (before: ${update.previousDate})`,
      `${changed.length} changed, ${added.length} added, ${update.kept} kept that the data does not have`,
      ...list(changed),
      ...list(added),
    ].join('\n'),
  );
  return exitCodes.done;
}

const MAX_LINES = 100;

function list(changes: readonly PriceChange[]): string[] {
  const lines = changes.slice(0, MAX_LINES).map(({ model, kind, details }) => {
    return `  ${kind === 'added' ? '+' : '~'} ${model}  ${details.join(', ')}`;
  });
  const rest = changes.length - lines.length;
  return rest > 0 ? [...lines, `  … and ${rest} more (--output-format json lists all)`] : lines;
}
