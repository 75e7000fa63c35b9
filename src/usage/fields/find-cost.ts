/** Finds a cost in USD that was reported with a usage, in the usage itself and in the objects that held it. */
import type { CostSource } from '../record/usage.js';
import { addCounts, parseCount } from './count.js';
import { memoized } from './memoized.js';
import {
  asFields,
  fieldNames,
  firstPresent,
  getField,
  parseIfJson,
  readField,
  toList,
  type Fields,
} from './fields.js';

/** A reported cost; `usd` is not checked yet. `note` is set instead where a cost was reported that cannot be used. */
export type FoundCost = Readonly<{ usd?: unknown; source?: CostSource; note?: string }>;

/** The cost reported in `usage` or in one of the objects around it, the nearest first. */
export function findCost(usage: Fields, parents: readonly Fields[]): FoundCost | undefined {
  const own = hasNamed(usage, costNames, costName) ? costIn(usage, 'provider') : undefined;
  if (own) return own;
  for (const parent of parents) {
    // A plain `cost` next to a usage was calculated by a program.
    const found =
      (parent !== usage && hasNamed(parent, costNames, costName) ? costIn(parent, 'tool') : undefined) ??
      (hasNamed(parent, holderNames, holderName) ? costAround(parent) : undefined);
    if (found) return found;
  }
  return undefined;
}

// An object without a field of such a name is not searched for one.
const costName = /cost|usd|ticks/i;
const holderName = /^(?:response_?)?headers$|^response_cost$|^steps$|^_hidden_params$|providerMetadata$/i;
const costNames = new Map<string, boolean>();
const holderNames = new Map<string, boolean>();

function hasNamed(fields: Fields, memo: Map<string, boolean>, pattern: RegExp): boolean {
  for (const name of fieldNames(fields)) {
    if (memoized(memo, name, () => pattern.test(name))) return true;
  }
  return false;
}

/** xAI's ticks in USD: 10^10 are one dollar (docs.x.ai/developers/cost-tracking). */
function usdOfTicks(ticks: unknown): number | undefined {
  const count = parseCount(ticks);
  return typeof count === 'number' ? count / 1e10 : undefined;
}

const ticksNames = ['cost_in_usd_ticks', 'costInUsdTicks', 'costUsdTicks', 'cost_usd_ticks'];
// What a program that calls models calculated itself: agents, Inspect, Langfuse, MLflow.
const toolNames = [
  'total_cost_usd',
  'totalCostUsd',
  'cost_usd',
  'costUSD',
  'costUsd',
  'total_cost',
  'totalCost',
];

function costIn(fields: Fields, source: CostSource): FoundCost | undefined {
  const ticks = usdOfTicks(firstPresent(fields, ...ticksNames));
  if (ticks !== undefined) return { usd: ticks, source: 'provider' };
  const cost = readField(fields, 'cost') ?? undefined;
  const upstream = upstreamCost(fields, cost);
  if (upstream !== undefined) return { usd: upstream, source: 'provider' };
  if (cost !== undefined) return readCost(cost, fields, source);
  const estimated = readField(fields, 'estimated_cost') ?? undefined;
  if (typeof parseCount(estimated) === 'number') return { usd: estimated, source: 'provider' };
  const calculated =
    firstPresent(fields, ...toolNames) ??
    firstPresent(firstPresent(fields, 'costDetails', 'cost_details'), 'total') ??
    firstPresent(asFields(parseIfJson(readField(fields, 'mlflow.llm.cost'))), 'total_cost');
  return calculated === undefined ? undefined : { usd: calculated, source: 'tool' };
}

// `cost` is a number, or an object with the sum under one of these names.
function readCost(cost: unknown, holder: Fields, source: CostSource): FoundCost | undefined {
  const parts = asFields(cost);
  const currency = firstPresent(parts ?? holder, 'currency', 'cost_currency');
  if (typeof currency === 'string' && !/^(?:usd|\$)$/i.test(currency)) {
    return { note: `the reported cost is in ${currency.slice(0, 20)}, not in USD: it is not used` };
  }
  if (!parts) return { usd: cost, source };
  const provided = firstPresent(parts, 'total_cost', 'totalCost');
  if (provided !== undefined) return { usd: provided, source };
  // Agents add up the costs of the parts themselves (pi) or of a whole session (ACP).
  const added = firstPresent(parts, 'total', 'amount', 'total_usd', 'usd');
  return added === undefined ? undefined : { usd: added, source: 'tool' };
}

// With a key of the user's own at OpenRouter, `cost` is OpenRouter's fee only and the provider's bill is reported separately. The AI
// SDK's metadata leaves out `is_byok`: a cost of 0 with a bill means the same.
function upstreamCost(fields: Fields, cost: unknown): unknown {
  const details = firstPresent(fields, 'cost_details', 'costDetails');
  const upstream = firstPresent(details, 'upstream_inference_cost', 'upstreamInferenceCost');
  if (upstream === undefined) return undefined;
  const byok = firstPresent(fields, 'is_byok', 'isByok');
  if (byok !== true && (byok === false || parseCount(cost))) return undefined;
  return addCounts(cost, upstream);
}

function costAround(parent: Fields): FoundCost | undefined {
  const litellm =
    firstPresent(parent, 'response_cost') ??
    firstPresent(readField(parent, '_hidden_params'), 'response_cost') ??
    headerCost(parent);
  if (litellm !== undefined) return { usd: litellm, source: 'gateway' };
  return costOfSteps(parent) ?? costInMetadata(parent);
}

// LiteLLM's proxy writes its cost into a header of the response.
function headerCost(parent: Fields): unknown {
  const headers = firstPresent(parent, 'headers', 'responseHeaders');
  if (headers === undefined) return undefined;
  const plain = getField(headers, LITELLM_HEADER) ?? undefined;
  if (plain !== undefined) return plain;
  try {
    return headers instanceof Headers ? (headers.get(LITELLM_HEADER) ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

const LITELLM_HEADER = 'x-litellm-response-cost';

// The AI SDK repeats the last step's metadata at the top: over several steps the cost of each is added.
function costOfSteps(parent: Fields): FoundCost | undefined {
  const steps = toList(readField(parent, 'steps'));
  if (steps.length < 2) return undefined;
  const costs = steps.map((step) => costInMetadata(asFields(step) ?? {})?.usd);
  const known = costs.filter((cost) => typeof parseCount(cost) === 'number');
  if (known.length === steps.length) return { usd: addCounts(...known), source: 'gateway' };
  return known.length === 0
    ? undefined
    : { note: `a cost was reported for ${known.length} of ${steps.length} steps only: it is not used` };
}

// AI SDK: the package of each provider has an object of its own in the metadata.
function costInMetadata(parent: Fields): FoundCost | undefined {
  const metadata = asFields(firstPresent(parent, 'providerMetadata', 'experimental_providerMetadata'));
  if (!metadata) return undefined;
  const gateway = readField(metadata, 'gateway');
  const cost = firstPresent(gateway, 'cost');
  const market = firstPresent(gateway, 'marketCost');
  // With the user's own key at the gateway the cost is 0 and the provider's bill is the market cost.
  const billed = parseCount(cost) ? cost : (market ?? cost);
  if (billed !== undefined) return { usd: billed, source: 'gateway' };
  for (const name of fieldNames(metadata)) {
    const own = asFields(readField(metadata, name));
    if (!own) continue;
    const usage = asFields(readField(own, 'usage'));
    const found = (usage && costIn(usage, 'provider')) ?? costIn(own, 'provider');
    if (found) return found;
  }
  return undefined;
}
