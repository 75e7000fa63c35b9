/** Derives the rates of service tiers and inference regions from the standard ones. */
import { unitRates, type AppliedRates, type Rates } from './table/price-table.js';

/**
 * The rates of the tier that served a call: those the price table has for it, else the standard ones with the seller's
 * published discount. undefined for a tier whose price is not known.
 */
export function selectTierRates(
  standard: Rates,
  options: {
    tier: string | undefined;
    seller: string | undefined;
    serviceTiers: Readonly<Record<string, Rates | number>>;
  },
): AppliedRates | undefined {
  const tier = options.tier?.toLowerCase();
  if (tier === undefined || standardTiers.has(tier)) return { rates: standard, because: [] };
  const own = Object.hasOwn(options.serviceTiers, tier) ? options.serviceTiers[tier] : undefined;
  if (typeof own === 'object') return { rates: { ...standard, ...own }, because: [`${tier} tier`] };
  const factor = own ?? discounts[`${options.seller} ${tier}`];
  if (factor === undefined) return undefined;
  return {
    rates: scaleTokens(standard, factor),
    because: [`${tier} tier at ${formatPercent(factor)} of the standard rates`],
  };
}

/**
 * The rates of a call that had to run in one place. Anthropic bills inference in the US only at 1.1 times every token rate
 * (platform.claude.com/docs/en/manage-claude/data-residency); models that cannot be restricted to it never report it.
 */
export function applyRegion(
  rates: Rates,
  { seller, geo }: { seller: string | undefined; geo: string | undefined },
): AppliedRates {
  if (seller !== 'anthropic' || geo !== 'us') return { rates, because: [] };
  return { rates: scaleTokens(rates, 1.1), because: ['inference in the US only at 110 % of the rates'] };
}

const standardTiers: ReadonlySet<string> = new Set([
  'standard',
  'standard_only',
  'default',
  'auto',
  'on_demand',
]);

/**
 * What sellers publish as a share of the standard token prices. Sources: platform.openai.com/docs/pricing (Batch; Flex at
 * Batch's rates), docs.claude.com (Message Batches, on top of caching), aws.amazon.com/bedrock/pricing (batch inference),
 * console.groq.com/docs/flex-processing and /batch, ai.google.dev/gemini-api/docs/optimization (Batch, Flex) and
 * docs.cloud.google.com, "Flex PayGo". Tiers that differ by model are in the price table.
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

// Searches, requests and other units cost the same in every tier.
function scaleTokens(rates: Rates, factor: number): Rates {
  const units: readonly string[] = unitRates;
  return Object.fromEntries(
    Object.entries(rates).map(([name, rate]) => [name, units.includes(name) ? rate : rate * factor]),
  );
}

function formatPercent(factor: number): string {
  return `${Number((factor * 100).toPrecision(12))} %`;
}
