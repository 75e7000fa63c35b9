/** The shape of a grammar rule of the offline language, and parsers that several rules share. */

import { readSource } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import type { Source, Step } from '../language/parsed-steps.js';

/** A grammar rule: its syntax, and the parser of its arguments. */
export type Row = Readonly<{
  /** The words it starts with; several words are a phrase. Empty if `read` parses from the start. */
  words: readonly string[];
  /** Names a result, so that "show me", "get" or "what is" may precede it. */
  noun?: true;
  form: string;
  example: string;
  meaning: string;
  read: (cursor: Cursor, word: string) => Step | Step[];
}>;

/** The previous result. */
export const back: Source = { kind: 'back', noun: 'it' };

/** `in X`, or the previous result. */
export function readPart(cursor: Cursor): Source {
  if (cursor.atEnd() || isTail(cursor)) return back;
  cursor.expect(
    "they miss 'in' or 'from' before what it is about.",
    'in',
    'of',
    'from',
    'out of',
    'on',
    'for',
  );
  return readSource(cursor);
}

/** Whether the clause continues with the target that its result is written to. */
export function isTail(cursor: Cursor): boolean {
  return ['to', 'into', 'as'].includes(cursor.peek()?.text.toLowerCase() ?? '');
}
