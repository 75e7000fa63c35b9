/** Collapse state of trees: which items are expanded. */

/**
 * The collapse state of a tree. Every item has its default, or follows `all` (a number expands everything above that
 * depth); `toggled` holds the exceptions.
 */
export type CollapseState = Readonly<{
  all: 'open' | 'folded' | number | undefined;
  toggled: ReadonlySet<string>;
}>;

/** The default state. */
export const DEFAULT_COLLAPSE: CollapseState = { all: undefined, toggled: new Set() };

/** Whether the item with this key is expanded; `depth` is 0-based. */
export function isExpanded(folds: CollapseState, key: string, byDefault: boolean, depth = 0): boolean {
  const { all } = folds;
  const isExpanded = all === undefined ? byDefault : typeof all === 'number' ? depth < all : all === 'open';
  return isExpanded !== folds.toggled.has(key);
}

/** Toggles one item. */
export function toggle(folds: CollapseState, key: string): CollapseState {
  const toggled = new Set(folds.toggled);
  if (!toggled.delete(key)) toggled.add(key);
  return { ...folds, toggled };
}

/** Expands everything, collapses everything, or expands to a depth. */
export function setAll(all: 'open' | 'folded' | number): CollapseState {
  return { all, toggled: new Set() };
}
