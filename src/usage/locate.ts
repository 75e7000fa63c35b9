/** Finds the usage in whatever holds it: a response, an event of a stream, the result object of an SDK, or the usage itself. */
import type { UsageHint } from './adapters/adapter.js';
import { isCanonical, renormalize } from './canonical.js';
import { combineModels, sumUsages } from './combine.js';
import { parseUsage } from './detect.js';
import { parseCount } from './fields/count.js';
import {
  asFields,
  fieldNames,
  firstPresent,
  parseIfJson,
  readField,
  toList,
  type Fields,
} from './fields/fields.js';
import { findCost } from './fields/find-cost.js';
import { holderFields, type HolderKind } from './holder-fields.js';
import { hasCounts, isKnown, type Usage, type UsagePart } from './usage.js';

/**
 * The usage held by `source`. Where nothing in it has counts: what was reported of the cost alone, or otherwise a usage
 * without counts whose warnings say why; undefined when nothing looks like a usage.
 */
export function locateUsage(source: unknown, hint: UsageHint): Usage | undefined {
  const search = new Search(hint);
  const found = search.find(parseIfJson(source), { parents: [], key: undefined, depth: MAX_DEPTH });
  const usage = found ?? search.fallback ?? search.withoutCounts;
  return usage && hint.incomplete && !usage.incomplete ? { ...usage, incomplete: true } : usage;
}

const MAX_DEPTH = 5;

// A map of more names than this is not one of models.
const MAX_MODELS = 100;

type Place = Readonly<{ parents: readonly Fields[]; key: string | undefined; depth: number }>;

class Search {
  /** What the only model of a map by model used. */
  fallback: Usage | undefined;
  /** The best that has no counts. */
  withoutCounts: Usage | undefined;
  readonly #hint: UsageHint;
  /** An object is visited once, so that a cycle ends. */
  readonly #visited = new Set<Fields>();

  constructor(hint: UsageHint) {
    this.#hint = hint;
  }

  find(source: unknown, { parents, key, depth }: Place): Usage | undefined {
    const holder = asFields(source);
    if (!holder || this.#visited.has(holder)) return undefined;
    this.#visited.add(holder);
    if (isCanonical(holder)) return renormalize(holder);
    const own = key === undefined ? undefined : this.#parse(holder, parents, key);
    if (own || depth === 0) return own ?? this.#parse(holder, parents, undefined);
    const around = [holder, ...parents];
    for (const { name, kind } of holdersIn(holder)) {
      const held = parseIfJson(readField(holder, name));
      const found = this.#findIn(held, kind, { parents: around, key: name, depth: depth - 1 });
      if (found) return found;
    }
    if (key === undefined) return this.#parse(holder, parents, undefined);
    return isMapByModel(holder) ? this.#findByModel(holder, { parents, key, depth: depth - 1 }) : undefined;
  }

  #findIn(held: unknown, kind: HolderKind, place: Place): Usage | undefined {
    if (kind === 'usage') return this.find(held, place);
    if (kind === 'wrapper') return this.find(held, { ...place, key: undefined });
    return kind === 'models' ? this.#findByModel(held, place) : this.#findInAll(toList(held), place);
  }

  #parse(usage: Fields, parents: readonly Fields[], key: string | undefined): Usage | undefined {
    const parsed = parseUsage({ usage, parents, key }, this.#hint);
    if (!parsed || hasCounts(parsed)) return parsed;
    if (!this.withoutCounts || (isKnown(parsed) && !isKnown(this.withoutCounts))) this.withoutCounts = parsed;
    return undefined;
  }

  // What each model used, under its name or in elements that name it. A single model's adds nothing to the usage beside it.
  #findByModel(held: unknown, place: Place): Usage | undefined {
    const parts = entriesOf(held).flatMap(([model, each]): UsagePart[] => {
      const usage = this.find(each, { parents: [], key: 'usage', depth: place.depth });
      return usage ? [{ model, usage }] : [];
    });
    if (parts.length === 0) return undefined;
    const usage = withCostAround(combineModels(parts), place.parents);
    if (parts.length > 1) return usage;
    this.fallback ??= usage;
    return undefined;
  }

  #findInAll(list: readonly unknown[], place: Place): Usage | undefined {
    const usages = list.flatMap((each) => {
      const usage = this.find(each, { parents: [], key: undefined, depth: place.depth });
      return usage && hasSides(usage) ? [usage] : [];
    });
    return usages.length === 0 ? undefined : withCostAround(sumUsages(usages), place.parents);
  }
}

function holdersIn(holder: Fields): readonly { name: string; kind: HolderKind; rank: number }[] {
  const holders: { name: string; kind: HolderKind; rank: number }[] = [];
  for (const name of fieldNames(holder)) {
    const known = holderFields.get(name);
    if (known) holders.push({ name, ...known });
  }
  return holders.length < 2 ? holders : holders.sort((a, b) => a.rank - b.rank);
}

function entriesOf(held: unknown): (readonly [model: string, usage: unknown])[] {
  const byName = asFields(held);
  const entries: (readonly [string, unknown])[] = byName
    ? [...fieldNames(byName)].sort().map((name) => [name, readField(byName, name)])
    : toList(held).flatMap((each) => {
        const model = firstPresent(each, 'model', 'model_id', 'modelId', 'model_name', 'modelName', 'name');
        return typeof model === 'string' ? [[model, each] as const] : [];
      });
  return entries.length > MAX_MODELS ? [] : entries;
}

// A total alone says too little of an element: Titan lists the tokens of each text, beside the input of all.
function hasSides({ input, output, source }: Usage): boolean {
  return (input ?? output) !== undefined && source !== 'total-only';
}

function isMapByModel(holder: Fields): boolean {
  const names = fieldNames(holder);
  return names.length > 0 && names.every((name) => asFields(readField(holder, name)) !== undefined);
}

// Each of several usages was searched without what is around them: a cost there is that of all.
function withCostAround(usage: Usage, parents: readonly Fields[]): Usage {
  const usd = parseCount(findCost({}, parents)?.usd);
  if (typeof usd !== 'number') return usage;
  return { ...usage, reportedCostUsd: usd, reportedCostSource: findCost({}, parents)?.source ?? 'tool' };
}
