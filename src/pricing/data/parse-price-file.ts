/** Validates newer price data: a price file of our own, or the data of genai-prices. */
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { countNames, type CountName } from '../../usage/record/usage.js';
import { rateNames, type PriceFile, type RateName } from '../table/price-table.js';
import { buildPriceFile } from './build-price-file.js';
import { parseSource } from './source-data.js';

/** What is known of data besides its content: where it is from, and the day that it is of if it does not state one. */
export type DataContext = Readonly<{ from: string; date: string }>;

/** The price file in JSON text. Throws a PflowError `invalid_pricing` with the place of what is wrong. */
export function parsePriceData(text: string, { from, date }: DataContext): PriceFile {
  const data = parseJson(text, from);
  try {
    if (!Array.isArray(data)) return priceFile.parse(data) as PriceFile;
    const origin = {
      source: `genai-prices, ${from}`,
      license: '',
      date,
      note: 'Written by `pflow pricing update`.',
    };
    return buildPriceFile(parseSource(data), origin).file;
  } catch (error) {
    throw describeProblem(error, from);
  }
}

// Real prices lie far below; above, the unit is mistaken.
const rate = z.number().nonnegative().max(1e5);
const rates = z
  .strictObject(
    Object.fromEntries(rateNames.map((name) => [name, rate.optional()])) as Record<
      RateName,
      z.ZodOptional<typeof rate>
    >,
  )
  .partial();
const tiered = rates.extend({ tiers: z.array(rates.extend({ above: z.number().nonnegative() })).optional() });
const time = z.string().regex(/^\d\d:\d\d$/, 'is not a time of day such as 16:30');
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'is not a date such as 2026-09-23');
const hours = z.array(tiered.extend({ from: time, to: time })).optional();
const counts = z.array(z.enum(countNames as unknown as [CountName, ...CountName[]])).optional();

const model = tiered.extend({
  aliases: z.array(z.string()).optional(),
  free: z.literal(true).optional(),
  history: z.array(tiered.extend({ until: day, hours })).optional(),
  hours,
  serviceTiers: z.record(z.string(), z.union([z.number().positive(), rates])).optional(),
  atLeast: counts,
  disputed: z.string().optional(),
  amended: z.array(z.string()).optional(),
});

const note = z.object({ reason: z.string(), source: z.string(), date: day });
const terms = z.object({ rates: rates.optional(), asText: counts, source: z.string(), date: day });

const priceFile = z.object({
  source: z.string().min(1),
  license: z.string().default(''),
  date: day,
  currency: z.literal('USD').default('USD'),
  unit: z.literal('per_million').default('per_million'),
  note: z.string().default(''),
  amendments: z.record(z.string(), note).default({}),
  sellers: z.record(z.string(), terms).default({}),
  models: z
    .record(z.string().regex(/^[^/]+\/.+$/, 'is not seller/model'), model)
    .refine((models) => Object.keys(models).length > 0, 'has no models'),
});

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PflowError('invalid_pricing', `${from} is not JSON: ${(error as Error).message}.`, {
      hint,
      cause: error,
    });
  }
}

function describeProblem(error: unknown, from: string): PflowError {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  const place = issue?.path.join(' › ');
  const reason = issue ? `${place ? `${place}: ` : ''}${issue.message}` : (error as Error).message;
  return new PflowError('invalid_pricing', `${from} is not price data: ${reason}.`, { hint, cause: error });
}

const hint =
  'Pass prices/data.json of github.com/pydantic/genai-prices, or a file like pricing.default.json of a newer pflow.';
