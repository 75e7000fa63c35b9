/** Reads fields of captured objects and lists, any of which may be missing or truncated away. */

import type { Captured } from '../../trace/event/captured.js';

/** A field of a captured object; undefined if absent or truncated away. */
export function fieldOf(value: Captured | undefined, name: string): Captured | undefined {
  return fieldsOf(value).find(([key]) => key === name)?.[1];
}

/** The captured fields of an object. */
export function fieldsOf(value: Captured | undefined): readonly (readonly [string, Captured])[] {
  const record = recordOf(value);
  if (!record) return [];
  const mark = record['$'];
  if (mark === 'cut-object') return fieldsOf(record['head']);
  return typeof mark === 'string' ? [] : Object.entries(record);
}

/** The captured items of a list. */
export function itemsIn(value: Captured | undefined): readonly Captured[] {
  if (isList(value)) return value;
  const record = recordOf(value);
  return record?.['$'] === 'cut-list' ? [...itemsIn(record['head']), ...itemsIn(record['tail'])] : [];
}

/** A captured string, or an empty string. */
export function textOf(value: Captured | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isList(value: Captured | undefined): value is readonly Captured[] {
  return Array.isArray(value);
}

function recordOf(value: Captured | undefined): { readonly [key: string]: Captured } | undefined {
  if (typeof value !== 'object' || value === null || isList(value)) return undefined;
  return value as { readonly [key: string]: Captured };
}
