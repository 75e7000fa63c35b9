/** Defines the size limits of captured values. */
/**
 * Limits for a preview. Text in UTF-16 units, collections in elements. `maxNodes` and `maxText` bound one value in
 * total; once `maxScan` units of text were visited, long texts are not even scanned. `label` bounds names and messages,
 * `stack` an error's stack.
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
  /** Shown of a Map or Set that has more than `items`. */
  entries: 200,
  depth: 12,
  maxNodes: 20_000,
  maxText: 262_144,
  maxScan: 1 << 24,
};
/**
 * Limits for a full capture without a blob store. Finite, because a value with shared references can expand
 * exponentially.
 */
export const FULL = {
  ...PREVIEW,
  text: Infinity,
  label: Infinity,
  stack: Infinity,
  items: Infinity,
  depth: 500,
  maxNodes: 2_000_000,
  maxText: Infinity,
  maxScan: Infinity,
};
/**
 * Limits for the inline preview when full values go to the blob file. Labels and stacks cannot be blobs, so they are
 * inline in full.
 */
export const PREVIEW_WITH_BLOBS = { ...PREVIEW, label: Infinity, stack: Infinity, maxScan: Infinity };
/**
 * Limits for a blob: complete, except that parts which a preview would truncate become blobs of their own and are only
 * referenced.
 */
export const EXTERNAL = {
  ...PREVIEW_WITH_BLOBS,
  textHead: 0,
  textTail: 0,
  itemsHead: 0,
  itemsTail: 0,
  entries: 0,
  maxNodes: Infinity,
  maxText: Infinity,
};
/** The same for a blob of bounded size. */
export const BOUNDED_EXTERNAL = {
  ...EXTERNAL,
  label: PREVIEW.label,
  stack: PREVIEW.stack,
  maxScan: PREVIEW.maxScan,
};
/**
 * What a preview keeps as blobs, in characters of JSON, about: one part that its event shows truncated, and all parts of
 * one value. A part that is longer stays truncated; `--capture full` keeps it.
 */
export const MAX_KEPT_PART = 262_144;
export const MAX_KEPT_VALUE = 16 * MAX_KEPT_PART;
/** About what one element adds to the JSON of a blob besides its text. */
export const JSON_PER_NODE = 4;
/** A longer list is not stored as a blob: it is mostly holes. */
export const MAX_EXTERNAL_ITEMS = 10_000_000;
/** Limits per text once a value has exceeded `maxText`. */
export const OVER_BUDGET = { text: 256, textHead: 192, textTail: 32 };
/** Node budget for hashing one value; this many UTF-16 units of text count as another node. */
export const MAX_HASHED_NODES = 1_000_000;
export const TEXT_PER_NODE = 256;
/** How many bytes of binary data are scanned for secrets. */
export const MAX_BINARY_SCAN = 1 << 16;
