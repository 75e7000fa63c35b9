/** The views of the main screen, in the order of their number keys. */
export const views = ['Timeline', 'Flame', 'Table', 'Calls'] as const;
export type ViewName = (typeof views)[number];

/** What the rows of the table stand for. */
export const groupings = ['node', 'model', 'type'] as const;
export type Grouping = (typeof groupings)[number];

/** The stretch of the run that the timeline shows, in ms since it began. */
export type TimeWindow = Readonly<{ from: number; to: number }>;

/** A column that a list is sorted by. Numbers begin with the largest, names with the first. */
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

/** Which view is shown, and how each of them stands. They all share the selection, the metric and the filter. */
export type ViewState = Readonly<{
  shown: ViewName;
  /** undefined: the whole run. */
  window: TimeWindow | undefined;
  /** The path of the frame that fills the flame's width; empty for the whole run. */
  zoom: readonly string[];
  grouping: Grouping;
  tableSort: Sort<TableColumn>;
  callSort: Sort<CallColumn>;
}>;

/** The views as the screen opens: the timeline of the whole run. */
export const initialViews: ViewState = {
  shown: 'Timeline',
  window: undefined,
  zoom: [],
  grouping: 'node',
  tableSort: { column: 'total', reversed: false },
  callSort: { column: 'time', reversed: false },
};

/** Whether the timeline shows less than the whole run, so that there is somewhere to move it to. */
export function isZoomed({ shown, window }: ViewState): boolean {
  return shown === 'Timeline' && window !== undefined;
}
