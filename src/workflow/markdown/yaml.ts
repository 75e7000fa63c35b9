/** Reads YAML with source lines. */

import { isMap, isScalar, isSeq, LineCounter, parseDocument, type ParsedNode } from 'yaml';
import { messageOf } from '../../lib/error.js';
import type { Problem } from '../format/problem.js';
import type { Place } from './source-lines.js';

/** A value with the lines of its parts. */
export type Located = Readonly<{ value: unknown; places: readonly Place[] }>;

/** Reads YAML 1.2, a superset of JSON. `line` is the line of the first character. */
export function readYaml(text: string, line: number, problems: Problem[]): Located | undefined {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number) => line + lineCounter.linePos(offset).line - 1;
  const [error] = document.errors;
  if (error) {
    problems.push({
      path: '',
      line: lineAt(error.pos[0]),
      message: `this is not YAML: ${said(error.message)}`,
      hint,
    });
    return undefined;
  }
  try {
    const value: unknown = document.toJS();
    return { value, places: placesIn(document.contents, [], lineAt) };
  } catch (error) {
    problems.push({ path: '', line, message: `this YAML has no value: ${said(messageOf(error))}` });
    return undefined;
  }
}

const hint = "Text with ': ', with '#' or with ${…} inside { } or [ ] needs quotes around it.";

function said(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function placesIn(
  node: ParsedNode | null,
  steps: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): Place[] {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    return node.items.flatMap(({ key, value }) => {
      if (!isScalar(key)) return [];
      const inner = [...steps, String(key.value)];
      return [{ steps: inner, line: lineAt(key.range[0]) }, ...placesIn(value, inner, lineAt)];
    });
  }
  if (!isSeq<ParsedNode>(node)) return [];
  return node.items.flatMap((item, i) => {
    const inner = [...steps, i];
    return [{ steps: inner, line: lineAt(item.range[0]) }, ...placesIn(item, inner, lineAt)];
  });
}
