/** The position of a list in its viewport: the row under the cursor and the first visible row. */
export type ListPosition = Readonly<{ cursor: number; top: number }>;

/**
 * Restores cursor and scroll offset after a list changed. Both are stored as keys, so rows inserted or removed above do
 * not move the content; the offset changes only as far as needed to show the cursor.
 */
export function restorePosition(
  items: readonly Readonly<{ key: string }>[],
  wanted: Readonly<{ cursor: string | undefined; anchor: string | undefined }>,
  height: number,
): ListPosition {
  const indexOf = (key: string | undefined) =>
    key === undefined
      ? 0
      : Math.max(
          0,
          items.findIndex((item) => item.key === key),
        );
  const cursor = indexOf(wanted.cursor);
  return { cursor, top: computeScrollTop(items.length, height, cursor, indexOf(wanted.anchor)) };
}

/** The scroll offset that keeps `cursor` visible with minimal movement from `top`. */
export function computeScrollTop(count: number, height: number, cursor: number, top: number): number {
  const highest = Math.max(0, count - height);
  const near = Math.min(highest, Math.max(0, top));
  if (cursor < near) return cursor;
  if (cursor >= near + height) return Math.min(highest, cursor - height + 1);
  return near;
}

/** A cursor movement. */
const moves = ['up', 'down', 'half-up', 'half-down', 'page-up', 'page-down', 'first', 'last'] as const;
export type Move = (typeof moves)[number];

/** Whether an action is a cursor movement. */
export function isMove(action: string): action is Move {
  return (moves as readonly string[]).includes(action);
}

/** The row index after a movement. */
export function applyMove(move: Move, cursor: number, count: number, height: number): number {
  const half = Math.max(1, Math.floor(height / 2));
  const page = Math.max(1, height - 1);
  const target = {
    up: cursor - 1,
    down: cursor + 1,
    'half-up': cursor - half,
    'half-down': cursor + half,
    'page-up': cursor - page,
    'page-down': cursor + page,
    first: 0,
    last: count - 1,
  }[move];
  return Math.min(count - 1, Math.max(0, target));
}
