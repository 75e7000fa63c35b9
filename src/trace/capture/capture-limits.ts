/**
 * What a preview keeps. Text in UTF-16 units, collections in elements; `parts` and `whole` (text) bound one value
 * altogether, and after `looked` (text) what is long in it is not even looked at; `label` bounds names and messages of any
 * length, `stack` the stack of an error.
 */
export const PREVIEW = {
  text: 8192,
  textHead: 6144,
  textTail: 1024,
  label: 1024,
  stack: 8192,
  items: 200,
  itemsHead: 150,
  itemsTail: 20,
  /** Of a Map or Set that has more than `items`. */
  entries: 200,
  depth: 12,
  parts: 20_000,
  whole: 262_144,
  looked: 1 << 24,
};
/** A value that refers to its parts many times over unfolds without end: even a full capture has bounds. */
export const FULL = {
  ...PREVIEW,
  text: Infinity,
  label: Infinity,
  stack: Infinity,
  items: Infinity,
  depth: 500,
  parts: 2_000_000,
  whole: Infinity,
  looked: Infinity,
};
/** What stands in the event where wholes are kept apart. What cannot be referred to stands there whole. */
export const REFERRING = { ...PREVIEW, label: Infinity, stack: Infinity, looked: Infinity };
/** What is kept apart: whole, except that parts which would be cut in a preview are kept by themselves and only referred to. */
export const APART = {
  ...REFERRING,
  textHead: 0,
  textTail: 0,
  itemsHead: 0,
  itemsTail: 0,
  entries: 0,
  parts: Infinity,
  whole: Infinity,
};
/** A list that is longer is not kept apart: it is mostly holes. */
export const LONGEST_APART = 10_000_000;
/** What a text keeps once its value has used up `whole`. */
export const SPENT = { text: 256, textHead: 192, textTail: 32 };
/** How many parts of one value are looked at for hashes; so much text counts as one more. */
export const HASHED_PARTS = 1_000_000;
export const TEXT_OF_A_PART = 256;
/** How far into binary data secrets are looked for. */
export const BINARY_LOOK = 1 << 16;
