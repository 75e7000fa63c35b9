/** Masks the secrets in the body of a response, also one whose text is spread over the events of a stream. */

import { tryParseJson } from '../../lib/data/json-object.js';
import type { Redactor } from '../../trace/redact/redact.js';
import { mapStrings } from './map-strings.js';

/** A piece of a body, as it was received. */
export type TextPiece = Readonly<{ ms: number; text: string }>;

/** The same pieces without secrets. Where nothing is masked, they are unchanged to the byte. */
export function redactPieces(pieces: readonly TextPiece[], redactor: Redactor): readonly TextPiece[] {
  const body = pieces.map(({ text }) => text).join('');
  const lines = splitLines(body);
  const masked = maskDocuments(lines, redactor);
  if (masked.every((line, i) => line === lines[i])) return pieces;
  // A line goes to the piece that completes it.
  const redacted: TextPiece[] = [];
  let line = 0;
  let lineEnd = lines[0]?.length ?? 0;
  let end = 0;
  for (const { ms, text } of pieces) {
    end += text.length;
    let own = '';
    while (line < lines.length && lineEnd <= end) {
      own += masked[line]!;
      lineEnd += lines[++line]?.length ?? 0;
    }
    redacted.push({ ms, text: own });
  }
  return redacted;
}

/** The lines with their ends; a body that is one JSON document is one line. */
function splitLines(body: string): string[] {
  return tryParseJson(body) === undefined ? (body.match(/[^\n]*\n|[^\n]+$/g) ?? []) : [body];
}

/** A text of a document, and where its neighbours in the stream are found. */
type Leaf = Readonly<{ line: number; path: string; text: string }>;

function maskDocuments(lines: readonly string[], redactor: Redactor): string[] {
  const documents = lines.map(readDocument);
  const groups = new Map<string, Leaf[]>();
  documents.forEach((document, line) => {
    if (!document) return;
    mapStrings(document.value, redactor, (text, path) => {
      const key = `${path} ${placeOf(document.value)}`;
      const group = groups.get(key);
      if (group) group.push({ line, path, text });
      else groups.set(key, [{ line, path, text }]);
      return text;
    });
  });
  const replaced = new Map<string, string>();
  for (const leaves of groups.values()) {
    const whole = leaves.map(({ text }) => text).join('');
    const safe = redactor.text(whole);
    if (safe === whole) continue;
    // The text moves to the first event of those that it is spread over.
    leaves.forEach(({ line, path }, i) => replaced.set(`${line} ${path}`, i === 0 ? safe : ''));
  }
  return lines.map((line, i) => {
    const document = documents[i];
    if (!document) return redactor.text(line);
    const value = mapStrings(document.value, redactor, (text, path) => replaced.get(`${i} ${path}`) ?? text);
    if (JSON.stringify(value) === JSON.stringify(document.value)) return line;
    return document.before + JSON.stringify(value) + document.after;
  });
}

/** Which of several answers, blocks or calls of tools an event continues. */
function placeOf(document: unknown): string {
  const { index, output_index, content_index, item_id, choices } = (document ?? {}) as Partial<
    Record<string, unknown>
  >;
  const choice = Array.isArray(choices) ? (choices[0] as { index?: unknown } | undefined)?.index : undefined;
  return JSON.stringify([index, output_index, content_index, item_id, choice]);
}

/** A line of JSON, by itself or as the data of an event. */
function readDocument(line: string): { before: string; value: unknown; after: string } | undefined {
  const [, before, text, after] = /^((?:data: ?)?)(.*?)(\s*)$/s.exec(line) ?? [];
  const value = text?.startsWith('{') || text?.startsWith('[') ? tryParseJson(text) : undefined;
  return value === undefined ? undefined : { before: before!, value, after: after! };
}
