/**
 * What a preview keeps. Text in UTF-16 units, collections in elements; `parts` and `whole` (text) bound one value
 * altogether, `label` names and messages of any length.
 */
export const PREVIEW = {
  text: 8192,
  textHead: 6144,
  textTail: 1024,
  label: 1024,
  items: 200,
  itemsHead: 150,
  itemsTail: 20,
  depth: 12,
  parts: 20_000,
  whole: 262_144,
};
/** A value that refers to its parts many times over unfolds without end: even a full capture has bounds. */
export const FULL = {
  ...PREVIEW,
  text: Infinity,
  label: Infinity,
  items: Infinity,
  depth: 500,
  parts: 2_000_000,
  whole: Infinity,
};
/** What a text keeps once its value has used up `whole`. */
export const SPENT = { text: 256, textHead: 192, textTail: 32 };
/** How many parts of one value are looked at for hashes. */
export const HASHED_PARTS = 1_000_000;
/** How far into binary data secrets are looked for. */
export const BINARY_LOOK = 1 << 16;
