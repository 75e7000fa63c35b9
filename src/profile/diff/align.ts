/** Aligns two sequences: finds a longest common subsequence of their elements. */
import { diffArrays } from 'diff';

/** A match: element `before` of the first sequence equals element `after` of the second. */
export type Match = Readonly<{ before: number; after: number }>;

/**
 * A stretch of two sequences, as half-open index ranges. Where `isSame`, the elements are equal one by one; otherwise the
 * elements of the first were replaced by those of the second, and one of the two ranges may be empty.
 */
export type Stretch = Readonly<{
  isSame: boolean;
  before: readonly [from: number, to: number];
  after: readonly [from: number, to: number];
}>;

/**
 * Insertions and removals up to which the alignment of sequences with repeated tokens is minimal. The search takes time
 * quadratic in their number (500 take about 50 ms). Tokens that only one of the sequences has do not count.
 */
const MAX_EDITS = 500;
/** The same limit between two anchors, of which there can be many. */
const MAX_EDITS_BETWEEN = 100;

/**
 * Aligns two sequences of tokens, which are equal if `===` says so. The result covers both from start to end, with
 * alternating kinds.
 */
export function align(before: readonly string[], after: readonly string[]): Stretch[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = matchesBetween(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  return stretchesOf(before.length, after.length, [
    ...range(head, (i) => ({ before: i, after: i })),
    ...middle.map((match) => ({ before: match.before + head, after: match.after + head })),
    ...range(tail, (i) => ({ before: before.length - tail + i, after: after.length - tail + i })),
  ]);
}

/**
 * Elements that the other sequence does not have cannot match, so that they are left out of the search, which keeps a long
 * list of which every element changed cheap.
 */
function matchesBetween(before: readonly string[], after: readonly string[]): readonly Match[] {
  const [inBefore, inAfter] = [new Set(before), new Set(after)];
  const left = indexesOf(before, (token) => inAfter.has(token));
  const right = indexesOf(after, (token) => inBefore.has(token));
  const matches = commonSubsequence(
    left.map((i) => before[i]!),
    right.map((i) => after[i]!),
  );
  return matches.map((match) => ({ before: left[match.before]!, after: right[match.after]! }));
}

function commonSubsequence(before: readonly string[], after: readonly string[]): readonly Match[] {
  const unique = uniqueMatches(before, after);
  const repeats = unique.length < before.length || unique.length < after.length;
  const minimal = repeats ? shortestEdit(before, after, MAX_EDITS) : longestChain(unique);
  if (minimal) return minimal;
  const matches: Match[] = [];
  let from: Match = { before: 0, after: 0 };
  for (const anchor of [...longestChain(unique), { before: before.length, after: after.length }]) {
    const between = shortestEdit(
      before.slice(from.before, anchor.before),
      after.slice(from.after, anchor.after),
      MAX_EDITS_BETWEEN,
    );
    for (const match of between ?? [])
      matches.push({ before: match.before + from.before, after: match.after + from.after });
    if (anchor.before < before.length) matches.push(anchor);
    from = { before: anchor.before + 1, after: anchor.after + 1 };
  }
  return matches;
}

/** The matches of a shortest edit script; undefined if it is longer than `maxEditLength`. */
function shortestEdit(
  before: readonly string[],
  after: readonly string[],
  maxEditLength: number,
): Match[] | undefined {
  if (before.length === 0 || after.length === 0) return [];
  const parts = diffArrays([...before], [...after], { maxEditLength }) as
    ReturnType<typeof diffArrays> | undefined;
  if (!parts) return undefined;
  const matches: Match[] = [];
  const at = { before: 0, after: 0 };
  for (const { added, removed, count } of parts) {
    if (!added && !removed)
      for (let i = 0; i < count; i++) matches.push({ before: at.before + i, after: at.after + i });
    if (!added) at.before += count;
    if (!removed) at.after += count;
  }
  return matches;
}

/** The tokens that each sequence has exactly once, in the order of the first. */
function uniqueMatches(before: readonly string[], after: readonly string[]): readonly Match[] {
  const places = onceIn(after);
  return [...onceIn(before)].flatMap(([token, i]) => {
    const place = places.get(token);
    return place === undefined ? [] : [{ before: i, after: place }];
  });
}

/**
 * As many of the matches as have the same order in both sequences: a longest increasing subsequence, in O(n log n). It
 * is a longest common subsequence where no token repeats, and otherwise gives the anchors of a patience diff.
 */
function longestChain(matches: readonly Match[]): readonly Match[] {
  /** `ends[n]` ends the best chain of length n + 1; `previous` leads from a match to the one before it in its chain. */
  const ends: Match[] = [];
  const previous = new Map<Match, Match | undefined>();
  for (const match of matches) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]!.after < match.after) low = middle + 1;
      else high = middle;
    }
    previous.set(match, ends[low - 1]);
    ends[low] = match;
  }
  const chain: Match[] = [];
  for (let match = ends.at(-1); match; match = previous.get(match)) chain.push(match);
  return chain.reverse();
}

/** The index of every token that a sequence has exactly once, in order. */
function onceIn(tokens: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [i, token] of tokens.entries()) {
    if (repeated.has(token)) continue;
    if (!places.has(token)) places.set(token, i);
    else {
      places.delete(token);
      repeated.add(token);
    }
  }
  return places;
}

function stretchesOf(before: number, after: number, matches: readonly Match[]): Stretch[] {
  const stretches: { isSame: boolean; before: [number, number]; after: [number, number] }[] = [];
  let at: Match = { before: 0, after: 0 };
  const close = (match: Match): void => {
    if (match.before > at.before || match.after > at.after)
      stretches.push({
        isSame: false,
        before: [at.before, match.before],
        after: [at.after, match.after],
      });
  };
  for (const match of matches) {
    close(match);
    at = { before: match.before + 1, after: match.after + 1 };
    const last = stretches.at(-1);
    if (last?.isSame) [last.before[1], last.after[1]] = [at.before, at.after];
    else stretches.push({ isSame: true, before: [match.before, at.before], after: [match.after, at.after] });
  }
  close({ before, after });
  return stretches;
}

function indexesOf(tokens: readonly string[], isWanted: (token: string) => boolean): readonly number[] {
  return tokens.flatMap((token, i) => (isWanted(token) ? [i] : []));
}

function range(count: number, at: (i: number) => Match): readonly Match[] {
  return Array.from({ length: count }, (_, i) => at(i));
}
