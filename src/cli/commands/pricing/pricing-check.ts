/** Runs `pflow pricing check`: validates the user's own prices. */
import { plural } from '../../../lib/text/format.js';
import { checkPrices } from '../../../pricing/table/load-prices.js';
import type { Invocation } from '../../io/invocation.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** `pflow pricing check`: validates the user's own prices. */
export async function pricingCheck(_call: Invocation): Promise<ExitCode> {
  const { path, exists, models, warnings } = checkPrices();
  if (!exists) print(`There is no ${path}: the default prices are used.`);
  else
    print(
      [
        `${path}: ${plural(models.length, 'model')}, ${plural(warnings.length, 'problem')}`,
        ...warnings.map((warning) => `  ${warning}`),
      ].join('\n'),
    );
  return warnings.length ? exitCodes.usage : exitCodes.done;
}
