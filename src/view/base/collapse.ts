/**
 * What is open and what is folded. Everything starts as its default, or as `all` says (a number opens everything above that
 * depth), and `toggled` is what differs.
 */
export type Folds = Readonly<{ all: 'open' | 'folded' | number | undefined; toggled: ReadonlySet<string> }>;

/** Everything as it is by default. */
export const defaultFolds: Folds = { all: undefined, toggled: new Set() };

/** Whether the thing of this key is open; `depth` counts from 0. */
export function isOpen(folds: Folds, key: string, byDefault: boolean, depth = 0): boolean {
  const { all } = folds;
  const standing = all === undefined ? byDefault : typeof all === 'number' ? depth < all : all === 'open';
  return standing !== folds.toggled.has(key);
}

/** The folds with one of them turned over. */
export function toggle(folds: Folds, key: string): Folds {
  const toggled = new Set(folds.toggled);
  if (!toggled.delete(key)) toggled.add(key);
  return { ...folds, toggled };
}

/** Everything open, everything folded, or open to a depth. */
export function allFolds(all: 'open' | 'folded' | number): Folds {
  return { all, toggled: new Set() };
}
