/** Formats of tokens as patterns of literals and runs: matched without backtracking, found by three of their characters. */

import { ANCHOR_LENGTH, chooseAnchor, findRarest, type Anchor } from '../scan/anchor.js';
import { CHAR_CLASSES, isOfClass, type CharClass } from '../scan/char-class.js';
import type { TextCursor } from '../scan/text-cursor.js';

/**
 * One kind of secret: its name and its patterns. A pattern is literal text with runs in it: `ghp_<alnum 30+>`. A run takes as
 * many characters of its class (see char-class.ts) as there are, `n+`, `n` or `n-m` of them; `mixed` demands a digit and a
 * letter. `{a,b}` is one of a and b; the part before `^` stays visible.
 */
export type FormatRow = readonly [kind: string, ...patterns: readonly string[]];

export type Run = { charClass: CharClass; least: number; most: number; mixed: boolean };
export type Part = string | Run;
type ParsedPattern = Readonly<{ parts: readonly Part[]; shown: number }>;

/** A pattern that is parsed when its anchor is met for the first time: most never are, and there are hundreds. */
export class TokenFormat {
  readonly kind: string;
  readonly #pattern: string;
  /** The literal that it begins with, which rules out most places that have an anchor; empty where that is a run. */
  readonly #first: string;
  readonly #anchor: Anchor;
  #parsed: ParsedPattern | undefined;

  constructor(kind: string, pattern: string, anchor: Anchor) {
    this.kind = kind;
    this.#pattern = pattern;
    this.#first = firstLiteral(pattern);
    this.#anchor = anchor;
  }

  /** The range of the secret whose anchor ends at `anchorEnd`; undefined without a match. */
  match(cursor: TextCursor, anchorEnd: number): readonly [start: number, end: number] | undefined {
    const start = this.#findStart(cursor, anchorEnd - ANCHOR_LENGTH);
    if (start < 0) return undefined;
    if (this.#first !== '') {
      if (!cursor.has(this.#first, start)) return undefined;
    } else if (!this.#mayHaveRun(cursor, start)) return undefined;
    if (!isTokenStart(cursor.text, start)) return undefined;
    const { parts, shown } = this.#parse();
    let at = start;
    let secretFrom = start;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!;
      if (i === shown) secretFrom = at;
      const next =
        typeof part === 'string'
          ? matchText(cursor, part, at)
          : matchRun(cursor, part, at, i === parts.length - 1);
      if (next === undefined) return undefined;
      at = next;
    }
    return [secretFrom, at];
  }

  /** Whether a few characters of the run that the format begins with are of its class: most places are no token. */
  #mayHaveRun(cursor: TextCursor, start: number): boolean {
    const { charClass, least } = this.#parse().parts[0] as Run;
    return (
      cursor.is(start, charClass) &&
      cursor.is(start + least - 1, charClass) &&
      cursor.is(start + (least >> 1), charClass) &&
      cursor.is(start + (least >> 2), charClass)
    );
  }

  #parse(): ParsedPattern {
    return (this.#parsed ??= parsePattern(this.#pattern));
  }

  #findStart(cursor: TextCursor, anchorFrom: number): number {
    const { at, part } = this.#anchor;
    if (at !== undefined) return anchorFrom - at;
    // Behind a run of any length: it goes back from the anchor, over the literal before it and what an escape ends with.
    const { parts } = this.#parse();
    const lead = parts.find((each) => typeof each !== 'string')!;
    const isInside = parts[part] === lead;
    const start = cursor.runStart(lead.charClass, isInside ? anchorFrom + 1 : anchorFrom);
    if (this.#first === '') return start;
    const found = cursor.next(this.#first, start);
    return found < anchorFrom ? found : -1;
  }
}

/** What the matches of a pattern are found by. */
export function findAnchor(pattern: string): Anchor {
  const literal = firstLiteral(pattern);
  if (literal.length < ANCHOR_LENGTH) return chooseAnchor(parsePattern(pattern).parts);
  const at = findRarest(literal);
  return { anchors: [literal.slice(at, at + ANCHOR_LENGTH)], at, part: 0 };
}

function firstLiteral(pattern: string): string {
  const end = pattern.search(/[<^]/);
  return end < 0 ? pattern : pattern.slice(0, end);
}

function parsePattern(pattern: string): ParsedPattern {
  const [before, after] = pattern.split('^') as [string, string?];
  const lead = after === undefined ? [] : parseParts(before);
  return { parts: [...lead, ...parseParts(after ?? before)], shown: lead.length };
}

function matchText(cursor: TextCursor, literal: string, at: number): number | undefined {
  return cursor.has(literal, at) ? at + literal.length : undefined;
}

function matchRun(cursor: TextCursor, run: Run, at: number, isLast: boolean): number | undefined {
  const { charClass, least, most, mixed } = run;
  const end = cursor.runEnd(charClass, at);
  // A fixed-length run may precede a literal of the same class: only the last run must end there.
  const to = !isLast && least === most ? Math.min(end, at + least) : end;
  if (to - at < least || to - at > most) return undefined;
  return mixed && !isMixed(cursor.text, at, Math.min(to, at + MIXED_WITHIN)) ? undefined : to;
}

/** How far into a run a digit and a letter are looked for. */
const MIXED_WITHIN = 64;

/** Whether a text has a digit and a letter between two places. */
function isMixed(text: string, from: number, to: number): boolean {
  let digits = false;
  let letters = false;
  for (let i = from; i < to && !(digits && letters); i++) {
    const code = text.charCodeAt(i);
    if (isOfClass(code, CHAR_CLASSES.digit)) digits = true;
    else if (isOfClass(code, CHAR_CLASSES.letter)) letters = true;
  }
  return digits && letters;
}

/** Whether a token may begin here: a letter or digit does not follow another one, but for what an escape ends with. */
function isTokenStart(text: string, at: number): boolean {
  if (at === 0 || !isOfClass(text.charCodeAt(at - 1), CHAR_CLASSES.alnum)) return true;
  if (!isOfClass(text.charCodeAt(at), CHAR_CLASSES.alnum)) return true;
  return mayEndEscape(text, at) && ESCAPE_END.test(text.slice(Math.max(0, at - LONGEST_ESCAPE), at));
}

/** Whether what begins an escape is as far before a place as one is long: rules out nearly all words without a copy of the text. */
function mayEndEscape(text: string, at: number): boolean {
  for (let i = at - 2; i >= 0 && i >= at - LONGEST_ESCAPE; i--) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH || code === PERCENT || code === BRACKET) return true;
  }
  return false;
}

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const BRACKET = 0x5b;

const LONGEST_ESCAPE = 8;
/** `\n`, `\u0022`, `\x22`, `%22` and the colour codes of terminals. */
const ESCAPE_END = /(?:\\[nrtbfv]|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|%[\da-fA-F]{2}|\[[\d;]{0,6}m)$/;

/** `a{b,c}d` as `abd` and `acd`. */
export function expandAlternatives(pattern: string): readonly string[] {
  const open = pattern.indexOf('{');
  const close = pattern.indexOf('}', open);
  const choices = pattern.slice(open + 1, close).split(',');
  // Braces around a single word are literal.
  if (open < 0 || choices.length < 2) return [pattern];
  const before = pattern.slice(0, open);
  return choices.flatMap((choice) => expandAlternatives(before + choice + pattern.slice(close + 1)));
}

function parseParts(pattern: string): Part[] {
  return pattern
    .split(/(<[a-z][^<>]*>)/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^<.*>$/.test(piece) ? parseRun(piece) : piece));
}

function parseRun(piece: string): Run {
  const [, name, least, plus, most, mixed] = /^<(\S+) (\d+)(?:(\+)|-(\d+))?( mixed)?>$/.exec(piece) ?? [];
  const charClass = CHAR_CLASSES[name as keyof typeof CHAR_CLASSES];
  if (charClass === undefined) throw new Error(`${piece} is not a run of a secret's format.`);
  return {
    charClass,
    least: Number(least),
    most: plus ? Infinity : Number(most ?? least),
    mixed: mixed !== undefined,
  };
}
