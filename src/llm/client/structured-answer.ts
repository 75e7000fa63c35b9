/** Parses structured answers. */

import { z } from 'zod';
import { runWithinLimit } from '../../lib/limited-call.js';

/** Parses an answer against a schema, or explains the error in words that a model can act on. */
export function readStructuredAnswer(
  text: string,
  schema: z.ZodType,
): { object: unknown } | { problem: string } {
  const parsed = parseJson(text);
  if (!parsed) return { problem: text.trim() ? 'It is not valid JSON.' : 'It is empty.' };
  // A schema of a workflow may have a pattern that never ends.
  return runWithinLimit('The validation of the answer', () => {
    const checked = schema.safeParse(parsed.value);
    if (checked.success) return { object: checked.data };
    const repaired = repairNulls(parsed.value, checked.error, schema);
    return repaired ?? { problem: z.prettifyError(checked.error) };
  });
}

/** The most fields that are repaired in one answer. */
const MOST_REPAIRS = 100;

/**
 * Repairs fields that are null, or missing where null is allowed, which models confuse with absent and empty: an optional field is left
 * out, a list or object becomes empty. Undefined if other problems remain.
 */
function repairNulls(value: unknown, error: z.ZodError, schema: z.ZodType): { object: unknown } | undefined {
  const copy = structuredClone(value);
  let issues = error.issues;
  for (let n = 0; n < MOST_REPAIRS; n++) {
    const [issue] = issues;
    const key = issue?.path.at(-1);
    if (issue === undefined || key === undefined) return undefined;
    const parent = findTable(copy, issue.path.slice(0, -1));
    if (!parent) return undefined;
    const place = JSON.stringify(issue.path);
    const solved = candidatesFor(parent, key).find((candidate) => {
      candidate();
      const again = schema.safeParse(copy);
      issues = again.success ? [] : again.error.issues;
      return issues.every(({ path }) => !JSON.stringify(path).startsWith(place.slice(0, -1)));
    });
    if (!solved) return undefined;
    if (issues.length === 0) return { object: schema.parse(copy) };
  }
  return undefined;
}

type Table = Record<PropertyKey, unknown>;

/** Ways to fill a field, to try in order. */
function candidatesFor(parent: Table, key: PropertyKey): (() => void)[] {
  if (!Object.hasOwn(parent, key)) return [() => (parent[key] = null)];
  if (parent[key] !== null) return [];
  return [
    ...(Array.isArray(parent) ? [] : [() => delete parent[key]]),
    () => (parent[key] = []),
    () => (parent[key] = {}),
  ];
}

function findTable(value: unknown, path: readonly PropertyKey[]): Table | undefined {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Table)[step];
  }
  return typeof current === 'object' && current !== null ? (current as Table) : undefined;
}

/** Extracts JSON as models write it: bare, in a code fence, or surrounded by prose. */
function parseJson(text: string): { value: unknown } | undefined {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text)?.[1];
  const braced = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  for (const candidate of [text, fenced, braced]) {
    if (!candidate) continue;
    try {
      return { value: JSON.parse(candidate) as unknown };
    } catch {
      continue;
    }
  }
  return undefined;
}
