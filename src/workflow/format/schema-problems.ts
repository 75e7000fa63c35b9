/** Formats schema violations as sentences. */

import type { z } from 'zod';
import { editDistance, nearest } from '../../lib/text/nearest.js';
import { adviceOn, isGiven } from './published-advice.js';
import { formatPlace, type Problem } from './problem.js';
import { kindOfValue, kinds } from './schema-path.js';

type Issue = z.core.$ZodIssue;
type StandardResult = Readonly<{ issues?: readonly unknown[] | undefined }>;
type Steps = readonly PropertyKey[];

/** Checks a value against a schema; `at` is its location in the workflow. */
export function schemaProblems(schema: z.ZodType, value: unknown, at: Steps = []): Problem[] {
  const result = schema['~standard'].validate(value);
  // A check that takes its time is made when the node begins.
  if (result instanceof Promise) return [];
  return issueProblems(result, value, at);
}

/** The same of a validation's result. The issues of zod 4 carry its codes. */
export function issueProblems(result: StandardResult, value: unknown, at: Steps = []): Problem[] {
  return ((result.issues ?? []) as readonly Issue[]).flatMap((issue) => problemsOf(issue, value, at));
}

/** One problem per unknown key, with the closest known key or what to write instead. */
export function unknownKeys(value: unknown, known: readonly string[], at: Steps, what: string): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([key, given]) => !known.includes(key) && !isGiven(key, given))
    .map(([key]) => {
      const advice = adviceOn(key);
      return {
        path: formatPlace([...at, key]),
        message: `${what} has no '${key}'. ${known.length ? `It has: ${known.join(', ')}.` : 'It has none.'}`,
        ...(advice === undefined ? didYouMean(key, known) : { hint: advice }),
      };
    });
}

/** `Did you mean 'x'?`, when one of the candidates looks like the word. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  show = (name: string) => `'${name}'`,
): { hint?: string } {
  // Every short word is close to a word of one or two letters.
  const alike = (name: string) => name.includes(word) || editDistance(word, name) < word.length;
  const names = nearest(word, candidates).filter(alike).map(show);
  if (names.length === 0) return {};
  return {
    hint: `Did you mean ${names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names[0]}?`,
  };
}

function problemsOf(issue: Issue, root: unknown, at: Steps): Problem[] {
  const value = valueAt(root, issue.path);
  const here = [...at, ...issue.path];
  if (issue.code === 'invalid_union') return unionProblems(issue, value, here);
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return issue.issues.flatMap((inner) => problemsOf(inner, value, here));
  }
  const candidates = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return [
    {
      path: formatPlace(here),
      message: issue.code === 'custom' ? issue.message : mustBe(wantedBy(issue), value),
      ...(typeof value === 'string' ? didYouMean(value, candidates) : {}),
    },
  ];
}

function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  here: Steps,
): Problem[] {
  // The branch of a union that fails deepest is the intended one.
  const meant = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  if (meant && meant.length > 0) return meant.flatMap((inner) => problemsOf(inner, value, here));
  const wanted = issue.errors.flatMap(([first]) => (first ? [wantedBy(first)] : []));
  return [{ path: formatPlace(here), message: mustBe([...new Set(wanted)].join(' or '), value) }];
}

function mustBe(wanted: string, value: unknown): string {
  return value === undefined
    ? `is missing; it must be ${wanted}.`
    : `must be ${wanted}, not ${shown(value)}.`;
}

function wantedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? quoted(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      // A custom pattern message describes the format; the default of zod only quotes the pattern.
      if (issue.format === 'regex')
        return issue.message.startsWith('Invalid') ? `text like ${issue.pattern}` : issue.message;
      return issue.format === 'url' ? 'a URL' : `a valid ${issue.format}`;
    case 'too_small':
      return limit(issue.origin, Number(issue.minimum), issue.inclusive ? 'at least' : 'more than');
    case 'too_big':
      return limit(issue.origin, Number(issue.maximum), issue.inclusive ? 'at most' : 'less than');
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

function limit(origin: string, bound: number, relation: string): string {
  if (origin === 'number' || origin === 'int') return `${relation} ${bound}`;
  const noun = origin === 'string' ? 'character' : 'element';
  return `${kinds[origin] ?? 'a value'} with ${relation} ${bound} ${noun}${bound === 1 ? '' : 's'}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.length === 0) return 'an empty list';
  return kindOfValue(value);
}

const LONGEST_SHOWN = 60;

function quoted(value: unknown): string {
  const text = String(value);
  return `'${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}'`;
}

function valueAt(root: unknown, path: Steps): unknown {
  return path.reduce(
    (value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step],
    root,
  );
}
