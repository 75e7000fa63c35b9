/** Defines the blob store, which keeps the full values that a run's events show truncated. */
import { createHash } from 'node:crypto';
import { isMarked, type Captured } from '../event/captured.js';
import { jsonPieces } from '../event/json-pieces.js';

/** Looks up full values by the sha256 that a truncated form names. */
export interface BlobStore {
  has(sha256: string): boolean;
  /** The full value, undefined if it is not available. Parts of it may be truncated in turn. */
  lookup(sha256: string): Captured | undefined;
}

/** For runs without full values (`--capture none`). */
export const NO_BLOBS: BlobStore = { has: () => false, lookup: () => undefined };

/** Stores full values, equal ones once. */
export interface BlobWriter {
  /** Returns the sha256 of the value's JSON. */
  storeBlob(whole: Captured): string;
}

/**
 * Keeps blobs in memory, for a run without a trace file: the first ones, up to about `maxLength` characters of JSON, because
 * they may never be displayed.
 */
export function createMemoryBlobs(maxLength = 1 << 25): BlobStore & BlobWriter {
  const blobs = new Map<string, Captured>();
  let left = maxLength;
  return {
    storeBlob(fullValue) {
      const hash = createHash('sha256');
      let length = 0;
      jsonPieces(fullValue, (piece) => {
        length += piece.length;
        hash.update(piece);
      });
      const sha256 = hash.digest('hex');
      if (blobs.has(sha256) || length > left) return sha256;
      left -= length;
      blobs.set(sha256, fullValue);
      return sha256;
    },
    has: (sha256) => blobs.has(sha256),
    lookup: (sha256) => blobs.get(sha256),
  };
}

/** The sha256 of a captured value's JSON. The value is redacted already, so the hash reveals nothing of a secret. */
export function hashCaptured(value: Captured): string {
  const hash = createHash('sha256');
  jsonPieces(value, (piece) => hash.update(piece));
  return hash.digest('hex');
}

/** The blob hash of a truncated value; undefined for any other value. */
export function findBlobHash(value: Captured): string | undefined {
  if (!isMarked(value)) return undefined;
  switch (value.$) {
    case 'cut-text':
    case 'cut-list':
    case 'cut-object':
    case 'deep':
    case 'map':
    case 'set':
      return value.sha256;
    default:
      return undefined;
  }
}

/** Replaces a truncated value by its full value if that is available. Parts of the result may be truncated in turn. */
export function fullValue(value: Captured, values: BlobStore): Captured {
  const sha256 = findBlobHash(value);
  const full = sha256 === undefined ? undefined : values.lookup(sha256);
  return full === undefined ? value : fullValue(full, values);
}

/** How many parts a value is expanded to: thirty lines that each refer twice to the next would be a thousand million. */
const MAX_EXPANDED_NODES = 500_000;
/** A part of a full value that is expanded for another time counts as this many: the file has it only once. */
const REPEATED_NODE = 5;

/** How many parts may still be expanded, and the full values that were. */
type ExpandBudget = { nodes: number; seen?: Set<string> };

/** Replaces every truncated part, at any depth, by its full value if that is available. Beyond `budget`, parts stay truncated. */
export function fullValueDeep(
  value: Captured,
  values: BlobStore,
  budget: ExpandBudget = { nodes: MAX_EXPANDED_NODES },
): Captured {
  const { seen = new Set() } = budget;
  budget.seen = seen;
  return expand(value, values, budget as Required<ExpandBudget>, 1);
}

function expand(value: Captured, values: BlobStore, budget: Required<ExpandBudget>, cost: number): Captured {
  if ((budget.nodes -= cost) < 0) return value;
  const full = fullValue(value, values);
  if (typeof full !== 'object' || full === null || values === NO_BLOBS) return full;
  const hash = full === value ? undefined : findBlobHash(value);
  const inside = hash !== undefined && budget.seen.has(hash) ? REPEATED_NODE : cost;
  if (hash !== undefined) budget.seen.add(hash);
  if (Array.isArray(full)) return full.map((part: Captured) => expand(part, values, budget, inside));
  const parts = Object.entries(full).map(
    ([key, part]) => [key, expand(part as Captured, values, budget, inside)] as const,
  );
  return Object.fromEntries(parts);
}

/** Every blob hash that a value refers to. */
export function* listBlobReferences(value: Captured): Generator<string, undefined> {
  if (typeof value !== 'object' || value === null) return;
  const sha256 = findBlobHash(value);
  if (sha256 !== undefined) yield sha256;
  for (const part of Object.values(value)) yield* listBlobReferences(part as Captured);
}
