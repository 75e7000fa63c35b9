/** The views of the main screen, in the order of their number keys. */
export const views = ['Timeline', 'Flame', 'Table', 'Calls', 'Graph'] as const;
export type ViewName = (typeof views)[number];

/** The grouping of the table. */
export const groupings = ['node', 'model', 'type'] as const;
export type Grouping = (typeof groupings)[number];

/** The time range shown by the timeline, in ms since the run began. */
export type TimeWindow = Readonly<{ from: number; to: number }>;

/** A range that the user marked, in ms since the run began. While it is open, it extends to the selected row. */
export type TimeMarks = Readonly<{ from: number; to: number; isOpen: boolean }>;

/** The sort order of a list. Numbers sort descending by default, names ascending. */
export type Sort<Column extends string> = Readonly<{ column: Column; reversed: boolean }>;

export const tableColumns = ['name', 'count', 'total', 'self', 'p50', 'p95', 'tokens', 'cost'] as const;
export type TableColumn = (typeof tableColumns)[number];

export const callColumns = [
  'time',
  'model',
  'in',
  'cache read',
  'cache write',
  'out',
  'reasoning',
  'cost',
  'first',
  'tok/s',
] as const;
export type CallColumn = (typeof callColumns)[number];

/** The active view and the state of each view. Selection, metric and filter are shared by all. */
export type ViewState = Readonly<{
  shown: ViewName;
  /** Undefined shows the complete run. */
  window: TimeWindow | undefined;
  /** Undefined if none is marked. */
  range: TimeMarks | undefined;
  /** The path of the frame that fills the width of the flame graph; empty for the root. */
  zoom: readonly string[];
  /** Whether the width of a frame is its wall time; else its busy time, in which concurrent spans add up. */
  wall: boolean;
  grouping: Grouping;
  tableSort: Sort<TableColumn>;
  callSort: Sort<CallColumn>;
  /** The path of the flame frame whose calls are listed; undefined for all. */
  callsOf: readonly string[] | undefined;
}>;

/** The initial state: the timeline of the complete run. */
export const initialViews: ViewState = {
  shown: 'Timeline',
  window: undefined,
  range: undefined,
  zoom: [],
  wall: false,
  grouping: 'node',
  tableSort: { column: 'total', reversed: false },
  callSort: { column: 'time', reversed: false },
  callsOf: undefined,
};

/** Whether the timeline is zoomed in and can be panned. */
export function isZoomed({ shown, window }: ViewState): boolean {
  return shown === 'Timeline' && window !== undefined;
}
