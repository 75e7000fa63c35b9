/** Reads texts from the records of agents' logs. */
import { getField, toList } from '../../usage/fields/fields.js';

/** The first of the fields that is a non-empty text. */
export function textIn(record: unknown, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = getField(record, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Content as text where it is text or a list of text blocks; anything else unchanged. */
export function toText(content: unknown): unknown {
  const blocks = toList(content);
  if (blocks.length === 0) return content;
  const texts = blocks.map((block) => (typeof block === 'string' ? block : textIn(block, 'text')));
  return texts.every((text) => text !== undefined) ? texts.join('\n') : content;
}
