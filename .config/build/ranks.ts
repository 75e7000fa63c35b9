/** Packs the tokens of tiktoken's encodings for shipping, and unpacks them: a quarter smaller than their text compressed. */

/** Tokens in the order of their ranks: the bytes of token i are from `starts[i]` to `starts[i + 1]`. */
export type Tokens = Readonly<{ bytes: Buffer; starts: Uint32Array }>;

const BYTES = 256;
const RANK_BYTES = 3;

/** Reads the text format of tiktoken's `bpe_ranks`. Throws if the ranks are not one sequence from 0. */
export function parseRanks(ranks: string): Tokens {
  const [, start, ...words] = ranks.split(' ');
  if (start !== '0' || ranks.includes('\n')) throw new Error('The ranks are not one sequence.');
  const starts = new Uint32Array(words.length + 1);
  const parts = words.map((word) => Buffer.from(word, 'base64'));
  parts.forEach((part, i) => (starts[i + 1] = starts[i]! + part.length));
  return { bytes: Buffer.concat(parts), starts };
}

/** Writes the text format of tiktoken's `bpe_ranks`. */
export function formatRanks({ bytes, starts }: Tokens): string {
  const words = Array.from({ length: starts.length - 1 }, () => '');
  for (let i = 0; i < words.length; i += 1) words[i] = bytes.toString('base64', starts[i], starts[i + 1]);
  return `! 0 ${words.join(' ')}`;
}

/** Packs an encoding as what it was built from: the single bytes first, then each token as the ranks of the two tokens it joins. */
export function packPairs(tokens: Tokens): Buffer {
  const list = listTokens(tokens);
  const ranks = rankTokens(list);
  const pairs = list.slice(BYTES).map((token, index) => findPair(token, BYTES + index, ranks));
  return Buffer.concat([
    tokens.bytes.subarray(0, BYTES),
    packNumbers(pairs.map(([left]) => left)),
    packNumbers(pairs.map(([, right]) => right)),
  ]);
}

/** Unpacks what `packPairs` made. */
export function unpackPairs(data: Buffer): Tokens {
  const half = (data.length - BYTES) / 2;
  const left = unpackNumbers(data.subarray(BYTES, BYTES + half));
  const right = unpackNumbers(data.subarray(BYTES + half));
  const starts = new Uint32Array(BYTES + left.length + 1);
  const lengthOf = (rank: number): number => starts[rank + 1]! - starts[rank]!;
  for (let i = 0; i < BYTES; i += 1) starts[i + 1] = i + 1;
  for (let i = 0; i < left.length; i += 1)
    starts[BYTES + i + 1] = starts[BYTES + i]! + lengthOf(left[i]!) + lengthOf(right[i]!);
  const bytes = Buffer.alloc(starts.at(-1)!);
  data.copy(bytes, 0, 0, BYTES);
  for (let i = 0; i < left.length; i += 1) {
    const middle = copyBytes(bytes, left[i]!, starts, bytes, starts[BYTES + i]!);
    copyBytes(bytes, right[i]!, starts, bytes, middle);
  }
  return { bytes, starts };
}

/** Packs an encoding that shares most tokens with `known`: the place of each token there, and the bytes of the others. */
export function packReferences(tokens: Tokens, known: Tokens): Buffer {
  const list = listTokens(tokens);
  const ranks = rankTokens(listTokens(known));
  const own = list.filter((token) => !ranks.has(token));
  return Buffer.concat([
    packNumbers([list.length]),
    packNumbers(list.map((token) => (ranks.get(token) ?? -1) + 1)),
    Buffer.from(own.map((token) => token.length)),
    Buffer.from(own.join(''), 'latin1'),
  ]);
}

/** Unpacks what `packReferences` made with the same `known`. */
export function unpackReferences(data: Buffer, known: Tokens): Tokens {
  const count = unpackNumbers(data.subarray(0, RANK_BYTES))[0]!;
  const places = unpackNumbers(data.subarray(RANK_BYTES, RANK_BYTES * (1 + count)));
  let length = RANK_BYTES * (1 + count);
  let at = length + places.filter((place) => place === 0).length;
  const starts = new Uint32Array(count + 1);
  const bytes = Buffer.alloc(known.bytes.length + data.length);
  places.forEach((place, i) => {
    if (place > 0) starts[i + 1] = copyBytes(known.bytes, place - 1, known.starts, bytes, starts[i]!);
    else {
      starts[i + 1] = starts[i]! + data.copy(bytes, starts[i]!, at, at + data[length]!);
      at += data[length]!;
      length += 1;
    }
  });
  return { bytes: bytes.subarray(0, starts[count]), starts };
}

/** Copies a token to `target` at `at` and returns where it ends. Tokens have few bytes: a loop is faster than a call of Buffer's. */
function copyBytes(from: Buffer, rank: number, starts: Uint32Array, target: Buffer, at: number): number {
  const end = starts[rank + 1]!;
  let place = at;
  for (let i = starts[rank]!; i < end; i += 1, place += 1) target[place] = from[i]!;
  return place;
}

function listTokens({ bytes, starts }: Tokens): string[] {
  return Array.from({ length: starts.length - 1 }, (_, i) =>
    bytes.toString('latin1', starts[i], starts[i + 1]),
  );
}

function rankTokens(list: readonly string[]): ReadonlyMap<string, number> {
  return new Map(list.map((token, rank) => [token, rank]));
}

/** The two earlier tokens that a token joins; of several such pairs the one of lowest ranks, which compresses best. */
function findPair(
  token: string,
  rank: number,
  ranks: ReadonlyMap<string, number>,
): readonly [number, number] {
  let best: readonly [number, number] | undefined;
  for (let length = 1; length < token.length; length += 1) {
    const left = ranks.get(token.slice(0, length)) ?? rank;
    const right = ranks.get(token.slice(length)) ?? rank;
    if (left < rank && right < rank && (!best || left + right < best[0] + best[1])) best = [left, right];
  }
  if (!best) throw new Error(`The token of rank ${rank} joins no two tokens of lower ranks.`);
  return best;
}

/** Three bytes a number, the lowest bytes of all numbers first: bytes of one weight compress better together. */
function packNumbers(numbers: readonly number[]): Buffer {
  return Buffer.from([0, 8, 16].flatMap((shift) => numbers.map((number) => (number >> shift) & 255)));
}

function unpackNumbers(data: Uint8Array): Uint32Array {
  const numbers = new Uint32Array(data.length / RANK_BYTES);
  const count = numbers.length;
  for (let i = 0; i < count; i += 1)
    numbers[i] = data[i]! | (data[i + count]! << 8) | (data[i + 2 * count]! << 16);
  return numbers;
}
