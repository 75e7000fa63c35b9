/** Replaces truncated values of a run by their full values. */
import type { Captured } from '../../trace/event/captured.js';
import { findBlobHash, NO_BLOBS, fullValue, type BlobStore } from '../../trace/blobs/blob-store.js';
import type { RunState } from '../run/run-state.js';

/** The blob store of a run; undefined for one that captured no values. */
export function findBlobStore({ started, values }: RunState): BlobStore | undefined {
  return started?.flags.capture === 'none' ? undefined : values;
}

/** Size in characters or entries above which a full value is loaded only on request. */
const LONG = 100_000;

/** The full value of a truncated one, unless it is long or not available. */
export function fullValueIfShort(value: Captured, values: BlobStore = NO_BLOBS): Captured {
  const isShort = findBlobHash(value) !== undefined && (value as { size: number }).size <= LONG;
  return isShort ? fullValue(value, values) : value;
}
