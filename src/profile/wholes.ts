import type { Values } from '../trace/values.js';
import type { RunState } from './state.js';

export { fieldsOf } from '../trace/captured.js';
export { allWhole, cutHash, NO_VALUES, wholeOf, type Values } from '../trace/values.js';

/** The wholes of what a run's events show in part; undefined for a run that kept previews only. */
export function wholesOf({ started, values }: RunState): Values | undefined {
  return started?.flags.capture === 'full' ? values : undefined;
}
