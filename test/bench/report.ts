/** One line of the report. A missed budget is reported. */
export type Row = Readonly<{
  what: string;
  measured: string;
  /** The figure that it is compared with, of the same run. */
  ratio?: string;
  budget?: string;
  met?: boolean;
}>;

export type Section = Readonly<{ title: string; note?: string; rows: readonly Row[] }>;

/** A table of figures that grow along its columns; a row starts with its label. */
export type Grid = Readonly<{
  title: string;
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}>;

/** A row with a budget: `value` must not be more than `limit`. */
export function atMost(what: string, value: number, limit: number, unit: string, ratio?: string): Row {
  const row = {
    what,
    measured: amount(value, unit),
    budget: `≤ ${amount(limit, unit)}`,
    met: value <= limit,
  };
  return ratio === undefined ? row : { ...row, ratio };
}

/** `3.4 µs`, `12 ms`, `1,240,000 events/s`. */
export function amount(value: number, unit: string): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}

/** `1.8×`. */
export function times(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)}×`;
}

/** The sections as Markdown, for output and for README.md. */
export function markdown(sections: readonly (Section | Grid)[]): string {
  return sections.map((section) => tableText(section, cellsOf(section))).join('\n');
}

/** The budgets that were missed. */
export function missedIn(sections: readonly (Section | Grid)[]): string[] {
  return sections.flatMap((section) =>
    'columns' in section
      ? []
      : section.rows.filter(({ met }) => met === false).map(({ what }) => `${section.title}: ${what}`),
  );
}

function cellsOf(section: Section | Grid): readonly (readonly string[])[] {
  if ('columns' in section) return [['what', ...section.columns], ...section.rows];
  return [
    ['what', 'measured', 'ratio', 'budget', ''],
    ...section.rows.map(({ what, measured, ratio = '', budget = '', met }) => [
      what,
      measured,
      ratio,
      budget,
      verdict(met),
    ]),
  ];
}

function tableText({ title, note }: Section | Grid, cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length), 3));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [head, ...body] = cells.map(line);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`## ${title}`, '', ...(note ? [note, ''] : []), head, rule, ...body, ''].join('\n');
}

function verdict(met: boolean | undefined): string {
  return met === undefined ? '' : met ? 'met' : 'MISSED';
}
