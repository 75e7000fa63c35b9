/** Parses the data of genai-prices: providers with their models and prices. */
import { z } from 'zod';

/** How the source recognises a model's name. */
export type SourceMatch =
  | Readonly<{ or: readonly SourceMatch[] }>
  | Readonly<{ and: readonly SourceMatch[] }>
  | Readonly<{ regex: string }>
  | Readonly<{ equals: string }>
  | Readonly<{ starts_with: string }>
  | Readonly<{ ends_with: string }>
  | Readonly<{ contains: string }>;

const match: z.ZodType<SourceMatch> = z.lazy(() =>
  z.union([
    z.object({ or: z.array(match) }),
    z.object({ and: z.array(match) }),
    z.object({ regex: z.string() }),
    z.object({ equals: z.string() }),
    z.object({ starts_with: z.string() }),
    z.object({ ends_with: z.string() }),
    z.object({ contains: z.string() }),
  ]),
);

const rate = z.number().nonnegative();

const prices = z.record(
  z.string(),
  z.union([rate, z.object({ base: rate, tiers: z.array(z.object({ start: rate, price: rate })) })]),
);

const constraint = z.object({
  start_date: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .optional(),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
});

const providers = z
  .array(
    z.object({
      id: z.string(),
      models: z.array(
        z.object({
          id: z.string().min(1),
          match,
          prices: z.union([z.array(z.object({ constraint: constraint.nullish(), prices })).min(1), prices]),
        }),
      ),
    }),
  )
  .min(1);

/** USD by the source's names of units; with a base and tiers where the length of the input matters. */
export type SourcePrices = Readonly<z.infer<typeof prices>>;

export type SourceModel = Readonly<{
  id: string;
  match: SourceMatch;
  /** In the order in which they apply: the first without a constraint. */
  prices: readonly Readonly<{
    constraint?: Readonly<{ start_date?: string; start_time?: string; end_time?: string }>;
    prices: SourcePrices;
  }>[];
}>;

export type SourceProvider = Readonly<{ id: string; models: readonly SourceModel[] }>;

/** The providers in parsed JSON. Throws a ZodError where it is not of that form. */
export function parseSource(data: unknown): SourceProvider[] {
  return providers.parse(data).map(({ id, models }) => ({
    id,
    models: models.map((model) => ({
      id: model.id,
      match: model.match,
      prices: Array.isArray(model.prices)
        ? model.prices.map((step) => ({ prices: step.prices, ...readConstraint(step.constraint) }))
        : [{ prices: model.prices }],
    })),
  }));
}

function readConstraint(
  found: z.infer<typeof constraint> | null | undefined,
): Pick<SourceModel['prices'][number], 'constraint'> {
  if (!found) return {};
  const { start_date, start_time, end_time } = found;
  return {
    constraint: {
      ...(start_date === undefined ? {} : { start_date }),
      ...(start_time === undefined ? {} : { start_time }),
      ...(end_time === undefined ? {} : { end_time }),
    },
  };
}
