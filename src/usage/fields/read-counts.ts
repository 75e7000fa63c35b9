/** Reads every count of a usage object by the table of synonyms, and lists the numbers that the table does not explain. */
import { setOwn } from '../../lib/data/own-property.js';
import { addCounts, addSafely, maxCount, parseCount } from './count.js';
import { asFields, fieldNames, readField, toList, type Fields } from './fields.js';
import { isCountName, isTokenName, lookUpField, lookUpObject, type Context, type Role } from './synonyms.js';

/** What a usage object reports, in its own convention. Values are not checked yet. */
export type ReportedCounts = {
  counts: RoleCounts;
  /** Numbers above 0 that are not understood, by path. */
  unconsumed: Record<string, number>;
  /** The service tier that the names of counts are prefixed with. */
  tier: string | undefined;
  /** The names of the usage object's own fields that have a value other than null. */
  names: ReadonlySet<string>;
};

export type RoleCounts = { [Name in Role]?: unknown };

/**
 * The counts of `usage`. The same count under two names is the larger one; the elements of a list are added. With `bare`,
 * the object may be a whole response: numbers under names that no count has do not have to be understood.
 */
export function readCounts(usage: Fields, options: { bare?: boolean } = {}): ReportedCounts {
  const names = new Set<string>();
  const reported: ReportedCounts = { counts: {}, unconsumed: {}, tier: undefined, names };
  readObject(usage, TOP, new Reader(reported, options.bare === true), names);
  return reported;
}

/** Where in the usage object the reader is. */
type Place = Readonly<{ context: Context | 'unknown'; path: string; depth: number }>;

const TOP: Place = { context: 'top', path: '', depth: 4 };

class Reader {
  readonly reported: ReportedCounts;
  readonly bare: boolean;

  constructor(reported: ReportedCounts, bare: boolean) {
    this.reported = reported;
    this.bare = bare;
  }

  /** A reader whose counts are its own, for an element of a list. */
  fork(): Reader {
    return new Reader({ ...this.reported, counts: {} }, this.bare);
  }

  add(name: string, value: unknown, { context, path }: Place): void {
    const { role, tier } = lookUpField(name, context === 'unknown' ? 'top' : context);
    if (role === 'ignored' && tier === undefined) return;
    if (tier !== undefined && parseCount(value)) this.reported.tier = tier;
    if (role !== undefined && role !== 'ignored' && context !== 'unknown') {
      addRole(this.reported.counts, role, value, maxCount);
    } else if (role !== 'ignored') this.#addUnconsumed(name, value, path);
  }

  #addUnconsumed(name: string, value: unknown, path: string): void {
    const count = parseCount(value);
    if (!count || (this.bare && !isCountName(name))) return;
    const { unconsumed } = this.reported;
    const key = `${path}${name}`.slice(0, 100);
    const before = Object.hasOwn(unconsumed, key) ? unconsumed[key]! : 0;
    if (before > 0 || Object.keys(unconsumed).length < MAX_UNCONSUMED) {
      setOwn(unconsumed, key, addSafely(before, count));
    }
  }
}

// How much is not understood is up to other software: the list is bounded.
const MAX_UNCONSUMED = 20;

function readObject(source: Fields, place: Place, reader: Reader, names?: Set<string>): void {
  for (const name of fieldNames(source)) {
    const value = readField(source, name);
    if (value === null || value === undefined) continue;
    names?.add(name);
    if (typeof value === 'object') readNested(name, value, place, reader);
    else if (isNumeric(value)) reader.add(name, value, place);
  }
}

function readNested(name: string, value: object, { context, path, depth }: Place, reader: Reader): void {
  const own = lookUpObject(name);
  const inner = own === 'unknown' && context !== 'top' ? context : own;
  if (depth === 0 || inner === 'skip' || (inner === 'unknown' && reader.bare)) return;
  const place: Place = { context: inner, path: `${path}${name}.`, depth: depth - 1 };
  const fields = asFields(value);
  if (fields) readObject(fields, place, reader);
  else readList(toList(value), place, reader);
}

// Gemini lists counts by modality, Bedrock by lifetime, the OpenAI Agents SDK by request: the elements are added.
function readList(list: readonly unknown[], place: Place, reader: Reader): void {
  const sums: RoleCounts = {};
  for (const each of list) {
    const element = asFields(each);
    if (!element) continue;
    const one = reader.fork();
    readElement(element, place, one);
    for (const role of Object.keys(one.reported.counts) as Role[]) {
      addRole(sums, role, one.reported.counts[role], addCounts);
    }
    reader.reported.tier ??= one.reported.tier;
  }
  for (const role of Object.keys(sums) as Role[]) addRole(reader.reported.counts, role, sums[role], maxCount);
}

// What such an element counts is in a sibling field of its number.
function readElement(element: Fields, place: Place, reader: Reader): void {
  const kind = readField(element, 'modality') ?? readField(element, 'ttl');
  if (typeof kind !== 'string') {
    readObject(element, place, reader);
    return;
  }
  for (const name of fieldNames(element)) {
    const value = readField(element, name);
    if (isTokenName(name) && isNumeric(value)) reader.add(`${kind.toLowerCase()} tokens`, value, place);
  }
}

function addRole(
  counts: RoleCounts,
  role: Role,
  value: unknown,
  combine: (a: unknown, b: unknown) => unknown,
): void {
  counts[role] = role in counts ? combine(counts[role], value) : value;
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint';
}
