/** Chooses the three characters of a format that are rarest in ordinary text. */

import { CHAR_CLASSES, isOfClass, type CharClass } from './char-class.js';

/** A run of at least `least` characters of a class; of no fixed length unless `most` is the same. */
type Run = Readonly<{ charClass: CharClass; least: number; most: number }>;

/** How many characters in a row the scanner looks for. */
export const ANCHOR_LENGTH = 3;

/** The position of an anchor: `at` characters from a token's beginning, undefined behind a run of no fixed length; in which part. */
export type Anchor = Readonly<{ anchors: readonly string[]; at: number | undefined; part: number }>;

/** What one character of a pattern may be, and how often that is met in text; a gap may be of any length. */
type Place = { chars: readonly string[]; weight: number; at: number | undefined; part: number };

/**
 * The scanner looks at a place only where it meets an anchor. A run counts as far as it is surely there; each character that it
 * may have makes one more anchor. Throws where a pattern has nothing to find it by.
 */
export function chooseAnchor(parts: readonly (string | Run)[]): Anchor {
  const row = placesIn(parts);
  let best: number | undefined;
  let lightest = Infinity;
  for (let from = 0; from + ANCHOR_LENGTH <= row.length; from++) {
    const [a, b, c] = [row[from]!, row[from + 1]!, row[from + 2]!];
    const weight = a.weight * b.weight * c.weight;
    const count = a.chars.length * b.chars.length * c.chars.length;
    if (count === 0 || count > MOST_ANCHORS || weight >= lightest || !isReachable(parts, row, from)) continue;
    best = from;
    lightest = weight;
  }
  if (best === undefined) throw new Error(`${JSON.stringify(parts)} has no part to find it by.`);
  const anchors: string[] = [];
  for (const a of row[best]!.chars)
    for (const b of row[best + 1]!.chars) for (const c of row[best + 2]!.chars) anchors.push(a + b + c);
  return { anchors, at: row[best]!.at, part: row[best]!.part };
}

const MOST_ANCHORS = 4000;

/** Where the rarest three characters in a row of a literal begin. */
export function findRarest(literal: string): number {
  let best = 0;
  let lightest = Infinity;
  // Hundreds of literals are looked at when the first redactor of a process is created, by code that is not compiled yet.
  let [first, second] = [weightAt(literal, 0), weightAt(literal, 1)];
  for (let from = 0; from + ANCHOR_LENGTH <= literal.length; from++) {
    const third = weightAt(literal, from + 2);
    let weight = first * second * third;
    first = second;
    second = third;
    if (weight >= lightest) continue;
    if (COMMON.has(literal.slice(from, from + ANCHOR_LENGTH))) weight *= COMMON_FACTOR;
    if (weight >= lightest) continue;
    best = from;
    lightest = weight;
  }
  return best;
}

/** Behind a run of no fixed length, a token's beginning is only found from the end of that run, if it is the first one. */
function isReachable(parts: readonly (string | Run)[], row: readonly Place[], from: number): boolean {
  const { at, part } = row[from]!;
  const lead = parts.findIndex((each) => typeof each !== 'string');
  return at !== undefined || part === lead || (part === lead + 1 && row[from - 1]!.part === lead);
}

function placesIn(parts: readonly (string | Run)[]): Place[] {
  const row: Place[] = [];
  let at: number | undefined = 0;
  for (const [part, each] of parts.entries()) {
    if (typeof each === 'string') {
      for (const char of each) {
        row.push({ chars: [char], weight: weightOf(char), at, part });
        at = at === undefined ? undefined : at + 1;
      }
      continue;
    }
    const isFixed = each.least === each.most;
    const { chars, weight } = classChoices(each.charClass);
    const counted = Math.min(each.least, LONGEST_COUNTED);
    const gap = { chars: [], weight: 1, at: undefined, part };
    for (let i = 0; i < counted; i++)
      row.push({ chars, weight, at: at === undefined ? undefined : at + i, part });
    if (!isFixed || each.least > counted) row.push(gap);
    // The end of a run is adjacent to what follows, at any position.
    if (!isFixed) for (let i = 1; i < counted; i++) row.push({ chars, weight, at: undefined, part });
    at = isFixed && at !== undefined ? at + each.least : undefined;
  }
  return row;
}

const LONGEST_COUNTED = 4;

const classes = new Map<CharClass, { chars: string[]; weight: number }>();

function classChoices(charClass: CharClass): { chars: readonly string[]; weight: number } {
  const known = classes.get(charClass);
  if (known) return known;
  const chars: string[] = [];
  for (let code = 33; code < 127; code++) {
    if (isOfClass(code, charClass)) chars.push(String.fromCharCode(code));
  }
  // One digit is seldom alone.
  const weight =
    charClass === CHAR_CLASSES.digit ? 300 : chars.reduce((sum, char) => sum + weightOf(char), 0);
  const choices = { chars, weight };
  classes.set(charClass, choices);
  return choices;
}

/** How often a character is met in text, in thousandths, about. */
function weightOf(char: string): number {
  return weightAt(char, 0);
}

function weightAt(text: string, at: number): number {
  return WEIGHTS[text.charCodeAt(at)] ?? OTHER_WEIGHT;
}

/** Three characters that telemetry, logs and code are full of, however rare each of them is by itself. */
const COMMON: ReadonlySet<string> = new Set(
  'key log pat cur api url ttp tes too ook ecr .co ode ame'.split(' '),
);
const COMMON_FACTOR = 100;

const OTHER_WEIGHT = 8;
const UPPER_WEIGHT = 3;
const LETTER_WEIGHTS = [
  65, 12, 25, 35, 100, 18, 16, 40, 60, 2, 7, 35, 20, 55, 60, 16, 1, 50, 55, 75, 24, 9, 16, 2, 15, 1,
];

/** By character code. */
const WEIGHTS: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  if (code >= 97 && code <= 122) return LETTER_WEIGHTS[code - 97]!;
  const char = String.fromCharCode(code);
  if (char === ' ' || char === '/') return 100;
  if (code >= 65 && code <= 90) return UPPER_WEIGHT;
  if (char === ':' || (code >= 48 && code <= 57)) return 60;
  return '|~$!^&%'.includes(char) ? 1 : OTHER_WEIGHT;
});
