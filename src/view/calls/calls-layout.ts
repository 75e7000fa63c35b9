/** Divides the rows of the calls view between its list, the health of the calls, and the plot. */

/** Rows of each part; `plot` includes its title. */
export type CallsRows = Readonly<{ list: number; health: number; plot: number }>;

/** The height of the plot with its title. */
const PLOT = 11;
const LEAST_PLOT = 4;
/** Other parts are shown only where the list has at least this many rows, or all that it needs. */
const LEAST_LIST = 5;
/** A view with fewer rows has only the list. */
const MIN_ROOM = 12;

/** Divides `room` rows: the list has at least a part of them, the plot those that neither the list nor the health needs. */
export function divideCallsRows(room: number, count: number, health: number): CallsRows {
  if (room < MIN_ROOM) return { list: room, health: 0, plot: 0 };
  const shown = Math.min(health, Math.max(0, room - Math.min(count, LEAST_LIST)));
  const rest = room - shown;
  const plot = Math.min(PLOT, Math.max(Math.floor(rest / 3), rest - count));
  const kept = plot < LEAST_PLOT ? 0 : plot;
  return { list: rest - kept, health: shown, plot: kept };
}

/** Rows that `count` calls, the health of the calls and the plot need. */
export function callsHeight(count: number, health: number): number {
  return Math.max(MIN_ROOM, count + health + PLOT);
}
