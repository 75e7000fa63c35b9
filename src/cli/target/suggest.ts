/** Suggests the command or option that a misspelled word may mean. */
import { editDistance, nearest } from '../../lib/text/nearest.js';

/** Words that change or lose something: a misspelled word never leads to them. */
const DESTRUCTIVE = /\b(?:prune|delete|remove|restore|trust|yes|update|over-budget|ledger)\b/;

/**
 * The nearest candidate that differs in at most a third of the word and is harmless; undefined if none does. With
 * `anything`, also one that is not harmless.
 */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  { anything = false }: Readonly<{ anything?: boolean }> = {},
): string | undefined {
  const bare = word.replace(/^-+/, '');
  return nearest(word, candidates).find((name) => {
    const distance = editDistance(bare.toLowerCase(), name.replace(/^-+/, '').toLowerCase());
    return (anything || !DESTRUCTIVE.test(name)) && distance <= Math.floor(bare.length / 3);
  });
}
