/** The line shown in place of an empty list. */

import { safeText } from '../../lib/text/safe-text.js';
import { segment, type Line } from '../base/frame.js';
import type { UiState } from './ui-state.js';

/** The message shown when a list is empty. */
export function emptyLine({ filter, look }: UiState): Line {
  if (filter === '') return [segment(' Nothing has started yet.', 'dim')];
  const says = look.searching === undefined ? 'No row matches' : 'No row so far matches';
  return [segment(` ${says} "${safeText(filter)}".`, 'dim')];
}
