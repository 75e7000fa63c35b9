/** Divides the items of an answer into pages that fit into a model's context. */
import { PflowError } from '../../../lib/error.js';

/** Characters of JSON in a page: below 4,000 tokens, which JSON reaches at 3 characters a token. */
const MAX_PAGE = 10_000;

/** The items from the position `cursor` on that fit into one page; `next_cursor` is there if more follow. */
export function pageItems(
  items: readonly unknown[],
  cursor: string | undefined,
): Readonly<{ items: readonly unknown[]; total: number; next_cursor?: string }> {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(from) || from < 0)
    throw new PflowError('usage', `'${cursor}' is not a cursor.`, {
      hint: 'Pass the `next_cursor` of the answer before, or none for the first page.',
    });
  let size = 0;
  let to = from;
  for (; to < items.length; to++) {
    size += JSON.stringify(items[to]).length;
    // An item that is longer than a page has one of its own: see limitText.
    if (size > MAX_PAGE && to > from) break;
  }
  const page = items.slice(from, to);
  return { items: page, total: items.length, ...(to < items.length && { next_cursor: String(to) }) };
}

/** The beginning of a long text, with the number of characters that are missing. */
export function limitText(text: string, most = 4000): string {
  return text.length <= most ? text : `${text.slice(0, most)}… ${text.length - most} more characters`;
}
