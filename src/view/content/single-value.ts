/** Expands the only collapsed value of a pane. */

import { toggle, type CollapseState } from '../base/collapse.js';
import type { PaneItem } from './pane-item.js';

/** A value may contain a single one again, as a list of messages its only message. */
const MOST_LEVELS = 6;

/**
 * The items that `render` returns, in which the only collapsed one is expanded by default: a pane with one value shows it
 * and not its size. The user collapses it like any other.
 */
export function withSingleOpen(
  folds: CollapseState,
  render: (folds: CollapseState) => readonly PaneItem[],
): readonly PaneItem[] {
  if (folds.all !== undefined) return render(folds);
  let opened: CollapseState = { all: undefined, toggled: new Set() };
  let items = render(opened);
  for (let i = 0; i < MOST_LEVELS; i++) {
    const collapsed = items.filter(({ fold }) => fold === 'folded');
    if (collapsed.length !== 1 || opened.toggled.has(collapsed[0]!.key)) break;
    opened = toggle(opened, collapsed[0]!.key);
    items = render(opened);
  }
  if (folds.toggled.size === 0) return items;
  return render([...folds.toggled].reduce(toggle, opened));
}
