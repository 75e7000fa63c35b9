/** Splits a request into clauses and parses each. */

import { PflowError } from '../../lib/error.js';
import { readSource } from './language/arguments.js';
import { Cursor } from './language/cursor.js';
import { fillers, leadIns, modelVerbs } from './language/lexicon.js';
import type { Clause, Step } from './language/parsed-steps.js';
import { tokenize, type Token } from './language/command-tokens.js';
import { needsModel, Unread, unreadable } from './language/unreadable.js';
import { forEach, language, openings, rows } from './verbs.js';

/** Parses a request clause by clause, each completely. The first clause that does not parse is an error that quotes it. */
export function readClauses(request: string): Clause[] {
  const clauses = splitClauses(tokenize(request));
  if (clauses.length > MOST_CLAUSES) {
    throw new PflowError(
      'cannot_plan',
      `The request is too long: ${clauses.length} steps (limit ${MOST_CLAUSES}).`,
      {
        hint: 'Split it into several requests.',
      },
    );
  }
  return clauses.map((clause) => {
    const text = request.slice(clause[0]!.start, clause.at(-1)!.end);
    return { text, steps: readClause(new Cursor(clause, request), text) };
  });
}

/** Maximum number of clauses. */
const MOST_CLAUSES = 100;

function readClause(cursor: Cursor, text: string): Step[] {
  try {
    cursor.take(...leadIns);
    if (!cursor.take(...forEach.words)) return [readStep(cursor, text)];
    const each: Step = { verb: 'each', source: readSource(cursor) };
    // As a clause of its own, it applies to the clauses that follow.
    if (cursor.atEnd()) return [each];
    return [each, readStep(cursor, text)];
  } catch (error) {
    if (error instanceof Unread) throw unreadable(text, error.message, language);
    throw error;
  }
}

/** The first rule that parses the complete clause; otherwise the failure of the rule that got furthest. */
function readStep(cursor: Cursor, text: string): Step {
  let furthest: Unread | undefined;
  for (const row of rows) {
    const step = cursor.maybe(() => {
      const word = cursor.take(...row.words);
      if (word === undefined) return undefined;
      try {
        const read = row.read(cursor, word);
        cursor.end();
        return read;
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        if (!furthest || error.at > furthest.at) furthest = error;
        return undefined;
      }
    });
    if (step) return step;
  }
  if (furthest) throw furthest;
  if (cursor.take(...modelVerbs)) throw needsModel(text);
  const first = cursor.peek();
  return cursor.fail(first ? `no form begins with '${first.text}'.` : 'it says nothing to do.');
}

/** Splits at clause boundaries: `then` and similar, `;`, full stops, and `and` or `,` before a verb. */
function splitClauses(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  for (let at = 0; at < tokens.length;) {
    const current = clauses.at(-1)!;
    const { length, joins } = joinerAt(tokens, at, isForEach(current));
    if (!joins) current.push(...tokens.slice(at, at + length));
    else if (current.length > 0) clauses.push([]);
    at += length;
  }
  return clauses.filter((clause) => clause.some(({ kind }) => kind !== 'mark'));
}

const alwaysJoin = ['then', 'after that', 'after this', 'afterwards', 'finally', 'next'];

/** The number of tokens of the conjunction at `at`, and whether it joins two clauses. */
function joinerAt(
  tokens: readonly Token[],
  at: number,
  inForEach: boolean,
): { length: number; joins: boolean } {
  let end = at;
  while (tokens[end]?.text === ',' || isWord(tokens[end], 'and')) end++;
  const always = alwaysJoinLength(tokens, end, inForEach);
  if (always > 0) return { length: end + always - at, joins: true };
  return end === at ? { length: 1, joins: false } : { length: end - at, joins: beginsClause(tokens, end) };
}

function alwaysJoinLength(tokens: readonly Token[], at: number, inForEach: boolean): number {
  const token = tokens[at];
  if (token?.kind === 'mark' && token.text !== ',') return token.text !== ':' || inForEach ? 1 : 0;
  return alwaysJoin.find((words) => isPhrase(tokens, at, words))?.split(' ').length ?? 0;
}

function beginsClause(tokens: readonly Token[], from: number): boolean {
  let at = from;
  while (tokens[at]?.kind === 'word' && fillers.has(tokens[at]!.text.toLowerCase())) at++;
  return openings.some((words) => isPhrase(tokens, at, words));
}

function isForEach(tokens: readonly Token[]): boolean {
  return forEach.words.some((words) => isPhrase(tokens, 0, words));
}

function isPhrase(tokens: readonly Token[], at: number, phrase: string): boolean {
  return phrase.split(' ').every((word, i) => isWord(tokens[at + i], word));
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word;
}
