/** The smallest screen that is drawn; below it a line says so. */
export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;

/** The cells of each column of the tree; 0 hides it. Columns are one cell apart, the bar two. */
export type TableColumns = Readonly<{
  name: number;
  time: number;
  share: number;
  tokens: number;
  cost: number;
  bar: number;
}>;

/** Where everything goes on a screen of a given size. */
export type Layout = Readonly<{
  tooSmall: boolean;
  /** Whether the planner and workflow bar is shown under the header. */
  flameBar: boolean;
  /** Whether a line names the views. */
  viewTabs: boolean;
  /** Rows for the tree, without its head. */
  tree: number;
  /** Rows for what is known of the selected row, without the rule above; 0 hides it. */
  detail: number;
  /** Rows between the head and the footer. */
  body: number;
  /** Rows for the inspector's pane, without its title and tabs. */
  pane: number;
  table: TableColumns;
}>;

/** The layout for a terminal of `columns` by `rows` cells. */
export function layout(columns: number, rows: number): Layout {
  const roomy = rows >= 18;
  const detail = roomy ? (rows >= 30 ? 3 : 2) : 0;
  // Header, head and footer always; when roomy also the flame bar, the views and the rules above them and the detail.
  const tree = rows - 3 - (roomy ? 4 + detail : 0);
  const pane = rows - 4 - (roomy ? 2 : 0);
  return {
    tooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    flameBar: roomy,
    viewTabs: roomy,
    tree: Math.max(0, tree),
    detail,
    body: Math.max(0, rows - 2 - (roomy ? 2 : 0)),
    pane: Math.max(0, pane),
    table: tableColumns(columns),
  };
}

function tableColumns(columns: number): TableColumns {
  if (columns < 50) return { name: columns - 8, time: 7, share: 0, tokens: 0, cost: 0, bar: 0 };
  if (columns < 80) return { name: columns - 8 - 8 - 12, time: 7, share: 0, tokens: 7, cost: 0, bar: 10 };
  if (columns < 120) {
    const name = Math.min(30, 24 + Math.floor((columns - 80) / 5));
    return { name, time: 7, share: 0, tokens: 7, cost: 10, bar: columns - name - 8 - 8 - 11 - 2 };
  }
  const name = Math.min(44, Math.floor(columns / 4));
  return { name, time: 7, share: 4, tokens: 8, cost: 10, bar: columns - name - 8 - 5 - 9 - 11 - 2 };
}
