/** Finds the usage in whatever holds it: a response, an event of a stream, the result object of an SDK, or the usage itself. */
import type { UsageHint } from '../adapters/adapter.js';
import { isCanonical, renormalize } from './canonical.js';
import { combineModels } from './combine.js';
import { parseUsage, type Located } from './detect.js';
import { parseCount } from '../fields/count.js';
import {
  asFields,
  fieldNames,
  firstPresent,
  getField,
  parseIfJson,
  readField,
  toList,
  type Fields,
} from '../fields/fields.js';
import { findCost } from '../fields/find-cost.js';
import { lookUpHolder, type HolderField, type HolderKind } from './holder-fields.js';
import { hasCounts, isKnown, type Usage, type UsagePart } from '../record/usage.js';

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

type Place = Readonly<{
  parents: readonly Fields[];
  key: string | undefined;
  depth: number;
  /** The model that a map by model names. */
  model?: string | undefined;
}>;

class Search {
  /** What the only model of a map by model used. */
  fallback: Usage | undefined;
  /** The best that has no counts. */
  withoutCounts: Usage | undefined;
  readonly #hint: UsageHint;
  /** What was found in each object: it is searched once, and a cycle ends in an object under way. */
  readonly #found = new Map<Fields, Usage | undefined>();

  constructor(hint: UsageHint) {
    this.#hint = hint;
  }

  find(source: unknown, place: Place): Usage | undefined {
    const holder = asFields(source);
    if (!holder || this.#found.has(holder)) return holder && this.#found.get(holder);
    this.#found.set(holder, undefined);
    const usage = this.#search(holder, place);
    this.#found.set(holder, usage);
    return usage;
  }

  #search(holder: Fields, { parents, key, depth, model }: Place): Usage | undefined {
    if (isCanonical(holder)) return renormalize(holder);
    const own = key === undefined ? undefined : this.#parse({ usage: holder, parents, key }, model);
    if (own || depth === 0) return own ?? this.#parse({ usage: holder, parents, key: undefined }, model);
    const around = [holder, ...parents];
    for (const { name, kind } of holdersIn(holder)) {
      const held = parseIfJson(readField(holder, name));
      const found = this.#findIn(held, kind, { parents: around, key: name, depth: depth - 1, model });
      if (found) return found;
    }
    const bare =
      key === undefined ? this.#parse({ usage: holder, parents, key: undefined }, model) : undefined;
    if (bare || !isMapByModel(holder) || (key === undefined && parents.length > 0)) return bare;
    const byModel = this.#parts(holder, depth - 1);
    if (byModel.length === 0) return undefined;
    // Any object with one object in it looks like such a map; a name with a provider does not occur otherwise.
    return byModel[0]!.model.includes('/') ? this.#sumByModel(byModel) : combineModels(byModel);
  }

  #findIn(held: unknown, kind: HolderKind, place: Place): Usage | undefined {
    switch (kind) {
      case 'usage':
        return Array.isArray(held) ? this.#findInAll(held, place) : this.find(held, place);
      case 'wrapper':
        return this.find(held, { ...place, key: undefined });
      case 'list':
        return this.#findInAll(toList(held), place);
      case 'models':
        return this.#findByModel(held, place);
      case 'steps':
        return this.#findBySteps(toList(held), place);
      default:
        return kind satisfies never;
    }
  }

  #parse(located: Located, model: string | undefined): Usage | undefined {
    const parsed = parseUsage(located, model === undefined ? this.#hint : { ...this.#hint, model });
    if (!parsed || hasCounts(parsed)) return parsed;
    if (!this.withoutCounts || (isKnown(parsed) && !isKnown(this.withoutCounts))) this.withoutCounts = parsed;
    return undefined;
  }

  // A single model's usage adds nothing to its sibling.
  #findByModel(held: unknown, { parents, depth }: Place): Usage | undefined {
    const parts = this.#parts(held, depth);
    if (parts.length === 0) return undefined;
    const usage = withCostAround(this.#sumByModel(parts), parents);
    if (parts.length > 1) return usage;
    this.fallback ??= usage;
    return undefined;
  }

  // The name of the only model matters where the caller does not know it.
  #sumByModel(parts: readonly UsagePart[]): Usage {
    const usage = combineModels(parts);
    return parts.length > 1 || this.#hint.model !== undefined ? usage : { ...usage, parts };
  }

  #parts(held: unknown, depth: number): UsagePart[] {
    return entriesOf(held).flatMap(([model, each]): UsagePart[] => {
      const usage = this.find(each, { parents: [], key: 'usage', depth, model });
      return usage ? [{ model, usage }] : [];
    });
  }

  #findInAll(list: readonly unknown[], { parents, depth }: Place): Usage | undefined {
    const parts = list.flatMap((each): UsagePart[] => {
      const usage = this.find(each, { parents: [], key: undefined, depth });
      return usage && hasSides(usage) ? [{ model: modelOf(each) ?? '', usage }] : [];
    });
    return parts.length === 0 ? undefined : withCostAround(combineModels(parts), parents);
  }

  // The AI SDK's steps, where they were answered by different models; otherwise the total of the run has them all.
  #findBySteps(steps: readonly unknown[], { parents, depth }: Place): Usage | undefined {
    if (steps.length < 2) return undefined;
    const models = new Set(steps.map(modelOf));
    if (models.size < 2 || models.has(undefined)) return undefined;
    const search = new Search(this.#hint);
    const parts = steps.flatMap((step): UsagePart[] => {
      const usage = search.find(step, { parents: [], key: undefined, depth });
      return usage ? [{ model: modelOf(step)!, usage }] : [];
    });
    return parts.length < steps.length ? undefined : withCostAround(combineModels(parts), parents);
  }
}

function holdersIn(holder: Fields): readonly (HolderField & { name: string })[] {
  const holders: (HolderField & { name: string })[] = [];
  for (const name of fieldNames(holder)) {
    const known = lookUpHolder(name);
    if (known) holders.push({ name, kind: known.kind, rank: known.rank });
  }
  return holders.length < 2 ? holders : holders.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
}

// What each model used, under its name or in elements that name it.
function entriesOf(held: unknown): (readonly [model: string, usage: unknown])[] {
  const byName = asFields(held);
  const entries: (readonly [string, unknown])[] = byName
    ? [...fieldNames(byName)].sort().map((name) => [name, readField(byName, name)])
    : toList(held).flatMap((each) => {
        const model = modelOf(each);
        return model === undefined ? [] : [[model, each] as const];
      });
  return entries.length > MAX_MODELS ? [] : entries;
}

function modelOf(holder: unknown): string | undefined {
  const model =
    firstPresent(holder, 'model', 'modelId', 'model_id', 'model_name', 'modelName', 'modelVersion') ??
    firstPresent(getField(holder, 'response'), 'modelId', 'model');
  return typeof model === 'string' && model !== '' ? model : undefined;
}

// A total alone says too little of an element: Titan lists the tokens of each text, in addition to the input of all.
function hasSides({ input, output, source }: Usage): boolean {
  return (input ?? output) !== undefined && source !== 'total-only';
}

// Objects only, but for a total of the cost.
function isMapByModel(holder: Fields): boolean {
  const names = fieldNames(holder).filter((name) => !/cost/i.test(name));
  return names.length > 0 && names.every((name) => asFields(readField(holder, name)) !== undefined);
}

// Each of several usages was searched without what is around them: a cost there is that of all.
function withCostAround(usage: Usage, parents: readonly Fields[]): Usage {
  const usd = parseCount(findCost({}, parents)?.usd);
  if (typeof usd !== 'number') return usage;
  return { ...usage, reportedCostUsd: usd, reportedCostSource: findCost({}, parents)?.source ?? 'tool' };
}
