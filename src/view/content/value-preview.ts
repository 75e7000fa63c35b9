/** Describes a captured value in one line: its size, and the beginning of its text. */

import { plural } from '../../lib/text/format.js';
import { formatCaptured, type Captured } from '../../trace/event/captured.js';

/** The size of a value: characters of a text, entries of a list or an object. */
export function formatValueSize(value: Captured): string {
  if (typeof value === 'string') return plural(value.length, 'character');
  if (Array.isArray(value)) return plural(value.length, 'entry', 'entries');
  if (typeof value !== 'object' || value === null) return typeof value;
  if ('$' in value) return value.$ === 'cut-text' ? plural(Number(value.size), 'character') : '…';
  return plural(Object.keys(value).length, 'entry', 'entries');
}

/** The beginning of a value on one line, at most `length` characters before it is measured in cells. */
export function previewValue(value: Captured, length: number): string {
  if (typeof value === 'string') return toOneLine(value.slice(0, length * 2)).slice(0, length);
  if (typeof value !== 'object' || value === null) return String(value);
  if ('$' in value) return toOneLine(formatCaptured(value).slice(0, length * 2)).slice(0, length);
  // Only as much of a large value is serialized as can be shown.
  if (Array.isArray(value))
    return `[${value
      .slice(0, 8)
      .map((each: Captured) => previewValue(each, length >> 1))
      .join(', ')}]`.slice(0, length);
  const fields = Object.entries(value).slice(0, 8);
  return fields
    .map(([key, each]) => `${key}: ${previewValue(each as Captured, length >> 1)}`)
    .join(', ')
    .slice(0, length);
}

function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
