/** Reprices a run, or one node of it, with each of the models that could replace its own, without a cache and at today's rates. */
import { resolveKey, resolveModel } from '../../pricing/names/resolve-model.js';
import type { ModelPrice, PriceTable } from '../../pricing/table/price-table.js';
import type { RunState } from '../../profile/run/run-state.js';
import { repriceRun, type RepricedRun, type RunChange } from './reprice-run.js';
import { resolveTarget } from './target-model.js';

/** A change with the run as it would be. `known` marks a model that the user has called before. */
export type Alternative = Readonly<{ name: string; known: boolean; run: RepricedRun }>;

/**
 * Models of one seller that are compared at most. A marketplace lists hundreds, most of which the user has never heard of: of
 * such a seller only the known models are.
 */
const MOST_OF_SELLER = 100;

/**
 * The alternatives of a run by their likely cost, cheapest first: today's rates and no cache where they change anything, the known
 * models, and the text models of the sellers that the run called. Models without a price are left out. `known` are names such as
 * `anthropic/claude-sonnet-5`. Throws a PflowError `usage` as `repriceRun` does.
 */
export function listAlternatives(
  state: RunState,
  { node, known, at }: Readonly<{ node?: string; known: readonly string[]; at: Date }>,
  prices: PriceTable,
): Alternative[] {
  const part = node === undefined ? {} : { node };
  const reprice = (change: RunChange) => repriceRun(state, { ...part, ...change }, prices);
  const others: Alternative[] = [
    { name: "at today's prices", known: true, run: reprice({ at }) },
    { name: 'without a prompt cache', known: true, run: reprice({ noCache: true }) },
  ];
  const familiar = new Set(known.flatMap((name) => resolveModel(name, { prices }).pricedAs ?? []));
  const models = [...new Set([...familiar, ...listSold(state, prices)])];
  const repriced = models.flatMap((name) => {
    const target = resolveTarget(name, prices);
    // The run's only model: what it would cost is in the row of today's prices.
    if (reprice({ target }).changed === 0) return [];
    return { name, known: familiar.has(name), run: reprice({ target, at }) };
  });
  return [...others.filter(({ run }) => changesCost(run)), ...repriced.filter(isPriced)].toSorted(
    (a, b) => a.run.usd.likely - b.run.usd.likely,
  );
}

function changesCost({ changed, before, usd }: RepricedRun): boolean {
  return changed > 0 && (usd.likely !== before.usd || usd.low !== usd.high);
}

function isPriced({ run }: Alternative): boolean {
  return run.changed > 0 && run.after.unpriced.length === 0;
}

/** The text models of the sellers whose models the run called, by their names in the table. */
function listSold(state: RunState, prices: PriceTable): string[] {
  const sellers = new Set<string>();
  for (const { call } of state.spans.values()) {
    if (!call) continue;
    const resolved = resolveModel(call.model ?? call.requestedModel, { provider: call.provider, prices });
    if (resolved.pricedAs !== undefined && resolved.seller !== undefined) sellers.add(resolved.seller);
  }
  return [...sellers].flatMap((seller) => {
    const sold = [...prices.models.keys()].filter(
      (key) =>
        key.startsWith(`${seller}/`) && !FINE_TUNED.test(key) && answersText(resolveKey(key, prices).price),
    );
    return sold.length > MOST_OF_SELLER ? [] : sold;
  });
}

/** A price for what a user has trained: no model of that name can be called. */
const FINE_TUNED = /[/.:]ft[-:]/;

/** Whether a price is that of a model which reads and writes text only: not of speech, images or embeddings. */
function answersText({
  input,
  output,
  outputAudio,
  outputImage,
  outputVideo,
  perImage,
}: ModelPrice): boolean {
  const isText = (input ?? 0) > 0 && (output ?? 0) > 0;
  return isText && [outputAudio, outputImage, outputVideo, perImage].every((rate) => rate === undefined);
}
