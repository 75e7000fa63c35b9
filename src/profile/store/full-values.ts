import type { Captured } from '../../trace/event/captured.js';
import { findBlobHash, NO_BLOBS, fullValue, type BlobStore } from '../../trace/blobs/blob-store.js';
import type { RunState } from '../run/run-state.js';

/** The wholes of what a run's events show in part; undefined for a run that kept previews only. */
export function wholesOf({ started, values }: RunState): BlobStore | undefined {
  return started?.flags.capture === 'full' ? values : undefined;
}

/** Characters or entries beyond which a whole is looked up only when somebody asks for it. */
const LONG = 100_000;

/** A cut value whole, unless its whole is long or not at hand. */
export function wholeUnlessLong(value: Captured, values: BlobStore = NO_BLOBS): Captured {
  const isShort = findBlobHash(value) !== undefined && (value as { size: number }).size <= LONG;
  return isShort ? fullValue(value, values) : value;
}
