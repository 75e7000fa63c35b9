/** A piece of two texts: in both, or in the second only (`added`), or in the first only (`removed`). */
export type TextPart = Readonly<{ kind: 'same' | 'added' | 'removed'; text: string }>;

/** Edits beyond which the rest is shown as replaced: nobody reads them one by one, and the search is quadratic in them. */
const MAX_EDITS = 500;

/** What changed between two texts, word by word. `same` and `removed` give the first back, `same` and `added` the second. */
export function diffWords(before: string, after: string): TextPart[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return joined([
    { kind: 'same', text: a.slice(0, head).join('') },
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    { kind: 'same', text: a.slice(a.length - tail).join('') },
  ]);
}

/** Words, runs of spaces, and every other character for itself; together they are the text. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gsu) ?? [];
}

/**
 * Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986): `furthest[k]` is how far into `a` a path of `d` edits
 * gets on diagonal k = x - y. The states of each round are kept to walk the way back.
 */
function diffMiddle(a: readonly string[], b: readonly string[]): TextPart[] {
  const rounds: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, MAX_EDITS); d++) {
    rounds.push(furthest);
    const next = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(next, k, d) ? next.get(k + 1)! : next.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(rounds, a, b);
    }
    furthest = next;
  }
  return [
    { kind: 'removed', text: a.join('') },
    { kind: 'added', text: b.join('') },
  ];
}

function goesDown(furthest: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && furthest.get(k - 1)! < furthest.get(k + 1)!);
}

function walkBack(
  rounds: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): TextPart[] {
  const parts: TextPart[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = rounds.length - 1; d >= 0; d--) {
    const k = x - y;
    const down = goesDown(rounds[d]!, k, d);
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : rounds[d]!.get(fromK)!;
    const fromY = d === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      parts.push({ kind: 'same', text: a[--x]! });
      y--;
    }
    if (d === 0) break;
    parts.push(down ? { kind: 'added', text: b[--y]! } : { kind: 'removed', text: a[--x]! });
  }
  return parts.toReversed();
}

/** Neighbours of one kind become one part; between two same parts, what was removed stands before what was added. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  let removed = '';
  let added = '';
  const flush = (): void => {
    if (removed) result.push({ kind: 'removed', text: removed });
    if (added) result.push({ kind: 'added', text: added });
    removed = added = '';
  };
  for (const { kind, text } of parts) {
    if (text === '') continue;
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === 'same') result[result.length - 1] = { kind, text: last.text + text };
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}
