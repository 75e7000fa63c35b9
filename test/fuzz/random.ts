/** A seeded source of randomness, and the mutations of JSON and text that the fuzz targets share. */

/** Draws numbers from a seed (mulberry32): the same seed gives the same case on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;

/** The hash in a reference to a full value; the trace target replaces it by the hash of an existing value. */
export const NO_HASH = '0'.repeat(64);

/** Values that programs tend to handle wrongly. */
const hostile: readonly (() => unknown)[] = [
  ...[null, true, false, 0, -1, 1.5, 1e21, -1e300, 1e308, 2 ** 53, 8.64e15, 8.64e15 + 1].map(
    (value) => () => value,
  ),
  ...[
    '',
    ' ',
    '0',
    '-1',
    'NaN',
    '1e999',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'toString',
    'then',
  ].map((value) => () => value),
  ...[
    '\x1b]52;c;aGk=\x07',
    '\x9b31m',
    '\u202e\u200b\ufeff',
    'a\r\nb\tc\0',
    '\ud800',
    '漢字é👩‍💻',
    '${a.b}',
    '$${x}',
    '/a~0~1/b',
  ].map((value) => () => value),
  ...['2020-13-45T99:99:99Z', '-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'].map(
    (value) => () => value,
  ),
  () => 'é漢\x1b'.repeat(3000),
  () => '\\'.repeat(3000),
  () => '('.repeat(2000),
  () => [],
  () => ({}),
  () => [[], {}, [null]],
  () => deep(600),
  () => ({ constructor: 1, length: -1, toString: null }),
  () => JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
  () => ({ $: 'map' }),
  () => ({ $: 'object', entries: 5 }),
  () => ({ $: 'cut-text', head: 'h', tail: 't', size: 1e12, sha256: NO_HASH }),
  () => ({ $: 'deep', of: 'object', size: 3, sha256: NO_HASH }),
  () => ({ $: 'cycle', path: '' }),
  () => ({ $: 'date', value: 'never' }),
  () => ({ $: 'number', value: 'x' }),
  () => ({ $: 'regexp', value: '(' }),
  () => ({ $: 'nothing known' }),
  () => Array.from({ length: 300 }, (_, i) => i),
];

/** A copy of a JSON value with a few of its parts replaced, removed, renamed or repeated. */
export function mutateJson<T>(value: T, random: Random, changes = 1 + random.below(3)): unknown {
  const copy = structuredClone(value);
  for (let i = 0; i < changes; i++) {
    const holders = listHolders(copy);
    if (holders.length === 0) return random.pick(hostile)();
    mutateHolder(random.pick(holders), random);
  }
  return copy;
}

type Holder = Record<string, unknown> | unknown[];

function listHolders(value: unknown): Holder[] {
  const holders: Holder[] = [];
  const open = [value];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    holders.push(part as Holder);
    for (const child of Object.values(part)) open.push(child);
  }
  return holders;
}

function mutateHolder(holder: Holder, random: Random): void {
  if (Array.isArray(holder)) {
    const at = random.below(holder.length + 1);
    const what = random.below(4);
    if (what === 0) holder.splice(at, 1);
    else if (what === 1) holder.splice(at, 0, random.pick(hostile)());
    else if (what === 2 && holder.length > 0) holder.splice(at, 0, structuredClone(random.pick(holder)));
    else holder[at] = random.pick(hostile)();
    return;
  }
  const keys = Object.keys(holder);
  const key = keys.length > 0 ? random.pick(keys) : 'x';
  const what = random.below(6);
  if (what === 0) delete holder[key];
  else if (what === 1) set(holder, asKey(random.pick(hostile)()), holder[key]);
  else if (what === 2 && keys.length > 0) set(holder, key, structuredClone(holder[random.pick(keys)]));
  else set(holder, key, random.pick(hostile)());
}

function asKey(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 5000);
}

function set(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

const fragments = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '\0',
  '```',
  '#',
  '---',
  ': ',
  '${',
  '}',
  '\x1b',
  '\u202e',
  '1e400',
  '\ud800',
];

/** A text with a few characters removed, repeated, swapped or inserted. */
export function mutateText(text: string, random: Random, changes = 1 + random.below(4)): string {
  let changed = text;
  for (let i = 0; i < changes; i++) {
    const at = random.below(changed.length + 1);
    const length = 1 + random.below(random.chance(4) ? 400 : 8);
    const what = random.below(4);
    const middle =
      what === 0
        ? ''
        : what === 1
          ? changed.slice(at, at + length).repeat(2 + random.below(20))
          : what === 2
            ? random.pick(fragments).repeat(1 + random.below(random.chance(5) ? 3000 : 3))
            : changed
                .slice(at, at + length)
                .split('')
                .toReversed()
                .join('');
    changed = (changed.slice(0, at) + middle + changed.slice(at + length)).slice(0, 300_000);
  }
  return changed;
}

/** Bytes with a few of them flipped, which may not be UTF-8. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length === 0) return changed;
  for (let i = random.below(6); i >= 0; i--) changed[random.below(changed.length)] = random.below(256);
  return random.chance(5) ? changed.subarray(0, random.below(changed.length)) : changed;
}
