/** Derives the rates of service tiers and inference regions from the standard ones. */
import type { AppliedRates, Rates } from './table/price-table.js';

/**
 * The rates of the tier that served a call: those the price table has for it, else the standard ones with the provider's
 * published discount. undefined for a tier whose price we do not know (`priority`, `fast`, provisioned throughput).
 */
export function selectTierRates(
  standard: Rates,
  options: {
    tier: string | undefined;
    provider: string | undefined;
    serviceTiers: Readonly<Record<string, Rates>>;
  },
): AppliedRates | undefined {
  const tier = options.tier?.toLowerCase();
  if (tier === undefined || standardTiers.has(tier)) return { rates: standard, because: [] };
  const own = Object.hasOwn(options.serviceTiers, tier) ? options.serviceTiers[tier] : undefined;
  if (own) return { rates: { ...standard, ...own }, because: [`${tier} tier`] };
  const factor = discounts[`${options.provider} ${tier}`];
  if (factor === undefined) return undefined;
  return {
    rates: scaled(standard, factor),
    because: [`${tier} tier at ${factor * 100} % of the standard rates`],
  };
}

/**
 * The rates of a call that had to run in one place. Anthropic bills inference in the US only at 1.1 times every token rate
 * (platform.claude.com/docs/en/manage-claude/data-residency); models that cannot be asked to never report it.
 */
export function applyRegion(
  rates: Rates,
  { provider, geo }: { provider: string | undefined; geo: string | undefined },
): AppliedRates {
  if (provider !== 'anthropic' || geo !== 'us') return { rates, because: [] };
  return { rates: scaled(rates, 1.1), because: ['inference in the US only at 110 % of the rates'] };
}

const standardTiers = new Set(['standard', 'standard_only', 'default', 'auto', 'on_demand']);

/**
 * What providers publish as a share of the standard token prices. Sources: platform.openai.com/docs/pricing (Batch; Flex at
 * Batch's rates), docs.claude.com (Message Batches, on top of caching), aws.amazon.com/bedrock/pricing (batch inference),
 * console.groq.com/docs/flex-processing and /batch, ai.google.dev/gemini-api/docs/optimization (Batch, Flex) and
 * docs.cloud.google.com, "Flex PayGo". Bedrock's flex and everyone's priority differ by model: they have no share here.
 */
const discounts: Readonly<Record<string, number>> = {
  'openai batch': 0.5,
  'openai flex': 0.5,
  'azure batch': 0.5,
  'anthropic batch': 0.5,
  'aws batch': 0.5,
  'google batch': 0.5,
  'google flex': 0.5,
  'groq batch': 0.5,
  'groq flex': 1,
};

// Searches and requests are not tokens: they cost the same.
function scaled({ webSearchPer1k, perRequest, ...tokens }: Rates, factor: number): Rates {
  return {
    ...Object.fromEntries(Object.entries(tokens).map(([name, rate]) => [name, rate * factor])),
    ...(webSearchPer1k === undefined ? {} : { webSearchPer1k }),
    ...(perRequest === undefined ? {} : { perRequest }),
  };
}
