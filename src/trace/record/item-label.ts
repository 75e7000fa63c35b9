/** Describes an element of a batch in a few words, so that warnings and rows can name it. */
import { formatCaptured } from '../event/captured.js';
import type { TraceSink } from '../event/trace-sink.js';

/** In UTF-16 units. */
const MAX_LABEL = 80;
/** How much is redacted: a secret that begins within the label must be recognised as a whole. */
const MAX_REDACTED = 2000;

/** Fields by which lists of records usually name their elements, by priority. */
const NAMES = ['name', 'title', 'id', 'path', 'file', 'url', 'key', 'label', 'subject', 'question', 'text'];

/** The label of an element: its text or number, the field that names it, or its only field; undefined without any of these. */
export function describeItem(value: unknown, sink: Pick<TraceSink, 'capture'>): string | undefined {
  const text = textOf(value) ?? textOf(namedField(value)) ?? onlyField(value);
  if (text === undefined) return undefined;
  const captured = sink.capture(text.slice(0, MAX_REDACTED));
  // Without values (`--capture none`), there is only a size.
  if (typeof captured !== 'string' && (captured as { $?: unknown } | null)?.$ === 'omitted') return undefined;
  const line = formatCaptured(captured).replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_LABEL ? `${line.slice(0, MAX_LABEL - 1)}…` : line;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Only own data properties: reading a getter could run the workflow's code. */
function namedField(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  for (const name of NAMES) {
    const field: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (textOf(field) !== undefined) return field;
  }
  return undefined;
}

/** `n: 13` for an object with a single field. */
function onlyField(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const text = textOf(Object.getOwnPropertyDescriptor(value, name)?.value);
  return text === undefined ? undefined : `${name}: ${text}`;
}
