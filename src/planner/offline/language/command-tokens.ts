/** Tokenizes requests. */

import { PflowError } from '../../../lib/error.js';

/** A token. A word is verbatim; quotes and backticks are removed from quoted text; a setting is `key=value`; a mark is punctuation. */
export type Token = Readonly<{
  kind: 'word' | 'quoted' | 'command' | 'setting' | 'mark';
  text: string;
  /** The key of a setting. */
  key?: string;
  start: number;
  end: number;
}>;

/** Tokenizes a request. An unclosed quote is an error. */
export function tokenize(request: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(request, 0); at < request.length; at = skipSpace(request, at)) {
    // A full stop directly after a word ends a sentence; a separate one is a path.
    const ends = marks.has(request[at]!) || (request[at] === '.' && tokens.at(-1)?.end === at);
    const token = ends
      ? mark(request, at)
      : (enclosed(request, at) ?? setting(request, at) ?? word(request, at));
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

const marks = new Set([',', ';', ':', '!', '?', '\n']);
const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’' };

function skipSpace(request: string, from: number): number {
  return from + match(/[^\S\n]*/y, request, from).length;
}

function mark(request: string, start: number): Token {
  return { kind: 'mark', text: request[start]!, start, end: start + 1 };
}

function enclosed(request: string, start: number): Token | undefined {
  const open = request[start]!;
  const closer = closers[open];
  if (closer === undefined) return undefined;
  const close = request.indexOf(closer, start + 1);
  if (close === -1) {
    throw new PflowError(
      'cannot_plan',
      `The quote that opens at ${request.slice(start, start + 40)} is not closed.`,
      {
        hint: `Close it with ${closer}`,
      },
    );
  }
  return {
    kind: open === '`' ? 'command' : 'quoted',
    text: request.slice(start + 1, close),
    start,
    end: close + 1,
  };
}

function setting(request: string, start: number): Token | undefined {
  const key = match(/[\p{L}_][\p{L}\p{N}_-]*(?==)/uy, request, start);
  if (key === '') return undefined;
  const at = start + key.length + 1;
  const value = /\S/.test(request[at] ?? ' ') ? (enclosed(request, at) ?? word(request, at)) : undefined;
  return { kind: 'setting', key, text: value?.text ?? '', start, end: value?.end ?? at };
}

function word(request: string, start: number): Token {
  const run = match(/\S+/y, request, start);
  // Trailing punctuation ends a sentence, except in the paths `.`, `..` and `../`.
  const text = /^[./~]+$/.test(run) ? run : withoutEnd(run) || run;
  return { kind: 'word', text, start, end: start + text.length };
}

function withoutEnd(run: string): string {
  let end = run.length;
  while (end > 0 && '.,;:!?'.includes(run[end - 1]!)) end--;
  return run.slice(0, end);
}

function match(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? '';
}
