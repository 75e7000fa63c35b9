/** `pflow pricing check`: how old the prices are, and whether the user's own are valid. */
import { plural } from '../../../lib/text/format.js';
import { checkPrices } from '../../../pricing/table/load-prices.js';
import type { Invocation } from '../../io/invocation.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** Prints the source and the age of the data and the problems of ~/.pflow/pricing.json. A problem exits with code 2. */
export async function pricingCheck(_call: Invocation): Promise<ExitCode> {
  const { path, exists, models, hosts, warnings, data } = checkPrices();
  const age = Math.max(0, Math.floor((Date.now() - Date.parse(data.date)) / 86_400_000));
  print(
    [
      `Prices: ${data.source}, of ${data.date}, ${plural(age, 'day')} old`,
      ...(age > OLD_DAYS ? ['  take newer data with `pflow pricing update --from <file or address>`'] : []),
      exists
        ? `${path}: ${plural(models.length, 'model')}, ${plural(hosts.length, 'host')}, ${plural(warnings.length, 'problem')}`
        : `There is no ${path}: the default prices are used.`,
      ...warnings.map((warning) => `  ${warning}`),
    ].join('\n'),
  );
  return warnings.length > 0 ? exitCodes.usage : exitCodes.done;
}

/** Prices change about this often. */
const OLD_DAYS = 60;
