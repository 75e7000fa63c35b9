/** Parses structured answers. */

import { z } from 'zod';

/** Parses an answer against a schema, or explains the error in words that a model can act on. */
export function readStructuredAnswer(
  text: string,
  schema: z.ZodType,
): { object: unknown } | { problem: string } {
  const parsed = parseJson(text);
  if (!parsed) return { problem: text.trim() ? 'It is not valid JSON.' : 'It is empty.' };
  const checked = schema.safeParse(parsed.value);
  return checked.success ? { object: checked.data } : { problem: z.prettifyError(checked.error) };
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
