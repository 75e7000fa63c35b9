/** Splits a request into clauses and parses each. */

import { PflowError } from '../../lib/error.js';
import { back, type Row } from './forms/row.js';
import { readLength } from './forms/read-forms.js';
import { readCase } from './forms/line-forms.js';
import { isNextPath, readNumber, readSource, readTarget } from './language/arguments.js';
import { Cursor } from './language/cursor.js';
import { fillers, leadIns, modelVerbs } from './language/lexicon.js';
import type { Clause, Step, StepOf } from './language/parsed-steps.js';
import { tokenize, type Token } from './language/command-tokens.js';
import { nearestRequest } from './nearest-request.js';
import { toWorkflow } from './to-workflow.js';
import { needsModel, Unread, unreadable } from './language/unreadable.js';
import { askingWords, forEach, openings, rows, savingWords, within } from './verbs.js';

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
  return joinLengths(clauses, request).map(({ clause, length }) => {
    const text = request.slice(clause[0]!.start, clause.at(-1)!.end);
    const cursor = new Cursor(clause, request);
    if (length === undefined) return { text, steps: readClause(cursor, text) };
    readLength(cursor);
    const steps = readClause(cursor, text);
    const [summary] = steps.filter(({ verb }) => verb === 'summarize');
    if (!summary) throw explainUnread(text, 'they only know the length of a summary.');
    return { text, steps: steps.map((step) => (step === summary ? { ...step, ...length } : step)) };
  });
}

type Length = NonNullable<ReturnType<typeof readLength>>;

/** `in one paragraph, summarize a.md`: a length before the clause that it belongs to. */
function joinLengths(clauses: readonly Token[][], request: string): { clause: Token[]; length?: Length }[] {
  const joined: { clause: Token[]; length?: Length }[] = [];
  for (let at = 0; at < clauses.length; at++) {
    const clause = clauses[at]!;
    const next = clauses[at + 1];
    const cursor = new Cursor(clause, request);
    const length = next && readLength(cursor);
    if (!next || !length || !cursor.atEnd()) joined.push({ clause });
    else joined.push({ clause: [...clause, ...clauses[++at]!], length });
  }
  return joined;
}

/** The error for a clause that does not parse. */
export function explainUnread(clause: string, reason: string): PflowError {
  return unreadable(clause, reason, nearestRequest(clause, isReadable, reason));
}

/** Whether a request becomes a workflow of its own. */
function isReadable(request: string): boolean {
  try {
    const clauses = splitClauses(tokenize(request)).map((clause) => {
      const cursor = new Cursor(clause, request);
      takeLeadIns(cursor);
      return { text: request, steps: readSteps(cursor, request) };
    });
    toWorkflow(clauses, (_clause, reason) => new Error(reason));
    return true;
  } catch {
    return false;
  }
}

/** Maximum number of clauses. */
const MOST_CLAUSES = 100;

function readClause(cursor: Cursor, text: string): Step[] {
  try {
    takeLeadIns(cursor);
    if (cursor.take(...forEach.words)) {
      const each: Step = { verb: 'each', source: readSource(cursor) };
      // As a clause of its own, it applies to the clauses that follow.
      return cursor.atEnd() ? [each] : [each, ...readSteps(cursor, text)];
    }
    const named = cursor.maybe(() => readWithin(cursor));
    if (!named) return readSteps(cursor, text);
    return cursor.atEnd() ? [named] : [named, ...readSteps(cursor, text).map(inPlace)];
  } catch (error) {
    if (error instanceof Unread) throw explainUnread(text, error.message);
    throw error;
  }
}

function takeLeadIns(cursor: Cursor): void {
  let taken: boolean | undefined = true;
  while (taken) {
    taken = cursor.maybe(() => {
      const word = cursor.take(...leadIns);
      // In "first 10 lines of a.md" the lines come first.
      const isCount = word === 'first' && readNumber(cursor) !== undefined;
      const isLine = word === 'first' && cursor.take('line', 'lines', 'few') !== undefined;
      return word === undefined || isCount || isLine ? undefined : true;
    });
  }
}

/** `in a.txt, …` */
function readWithin(cursor: Cursor): Step | undefined {
  if (!cursor.take(...within) || !isNextPath(cursor)) return undefined;
  return { verb: 'read', source: readSource(cursor) };
}

/** "in a.txt, replace x with y" is equivalent to "replace x with y in a.txt". */
function inPlace(step: Step): Step {
  return step.verb === 'change' && step.what === 'replace' ? { ...step, inPlace: true } : step;
}

/** The first rule that parses the complete clause; otherwise the failure of the rule that got furthest. */
function readSteps(cursor: Cursor, text: string): Step[] {
  let furthest: Unread | undefined;
  for (const row of rows) {
    const steps = cursor.maybe(() => {
      const asked = row.noun ? (cursor.take(...savingWords) ?? cursor.take(...askingWords)) : undefined;
      if (asked !== undefined) cursor.take('all of', 'all');
      const word = row.words.length === 0 ? '' : cursor.take(...row.words);
      if (word === undefined) return undefined;
      try {
        return readRow(cursor, row, { word, asked });
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        if (row.words.length > 0 && (!furthest || error.at > furthest.at)) furthest = error;
        return undefined;
      }
    });
    if (steps) return steps;
  }
  if (cursor.take(...modelVerbs) || isComposing(cursor, text)) throw needsModel(text);
  if (furthest) throw furthest;
  const first = cursor.peek();
  return cursor.fail(first ? `no form begins with '${first.text}'.` : 'it says nothing to do.');
}

/** "write a haiku" asks for a text that does not exist yet: nothing in it is a file or quoted. */
function isComposing(cursor: Cursor, text: string): boolean {
  return !/["`“./\\]/.test(text) && cursor.take('write', 'create', 'make') !== undefined && !cursor.atEnd();
}

function readRow(
  cursor: Cursor,
  row: Row,
  { word, asked }: { word: string; asked: string | undefined },
): Step[] {
  const read = row.read(cursor, word);
  const steps = (Array.isArray(read) ? read : [read]).flatMap(aboutLines);
  const last = steps.at(-1)!;
  if (last.verb === 'read' && cursor.take('in', 'as', 'in all')) {
    steps.push({ verb: 'change', what: readCase(cursor), source: back });
  }
  const isSaved = (savingWords as readonly string[]).includes(asked ?? '');
  const append = asked === 'append' || asked === 'add';
  if (last.verb === 'summarize' && cursor.take('together')) steps.splice(-1, 1, ...together(last));
  if (asked === 'send' || asked === 'post') {
    cursor.expect("they miss 'to' and the address.", 'to');
    const target = readSource(cursor);
    if (target.kind !== 'url')
      return cursor.fail('they miss an address that begins with https:// or http://.');
    steps.push({ verb: 'send', source: back, url: target.url, method: 'POST' });
  } else if (producing.has(last.verb) && cursor.take('to', 'into', 'as')) {
    if (append) cursor.take('end of');
    steps.push({ verb: 'write', source: back, path: readTarget(cursor), append });
  } else if (isSaved) {
    return cursor.fail("they miss 'to' and the file to write to.");
  }
  cursor.end();
  return steps;
}

/** "summarize the first 10 lines of a.md" selects the lines first. */
function aboutLines(step: Step): Step[] {
  if (!('source' in step) || step.source.kind !== 'lines') return [step];
  const { what, count, source } = step.source;
  return [
    { verb: 'change', what, args: { lines: count }, source },
    { ...step, source: back },
  ];
}

/** "summarize a.md and b.md together": one summary of both. */
function together(step: StepOf<'summarize'>): Step[] {
  return [
    { verb: 'combine', source: step.source },
    { ...step, source: back },
  ];
}

/** The steps whose result a clause may also write: "sort names.txt into sorted.txt". */
const producing: ReadonlySet<Step['verb']> = new Set([
  'summarize',
  'fetch',
  'run',
  'list',
  'commits',
  'count',
  'extract',
  'change',
  'search',
  'combine',
]);

/** Splits at clause boundaries: `then` and similar, `;`, full stops, and `and` or `,` before a verb. */
function splitClauses(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  for (let at = 0; at < tokens.length;) {
    const current = clauses.at(-1)!;
    const { length, joins } = joinerAt(tokens, at, isForEach(current));
    if (!joins) current.push(...tokens.slice(at, at + length));
    else if (!current.every(isCourtesy)) clauses.push([]);
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

/** Whether a token has no meaning of its own: "First, read a.md". */
function isCourtesy({ kind, text }: Token): boolean {
  return (
    kind === 'mark' ||
    (kind === 'word' && (fillers.has(text.toLowerCase()) || text.toLowerCase() === 'first'))
  );
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
