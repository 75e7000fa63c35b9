/** Renders a page of the manual for a terminal of some width, with or without colours. */
import { parseBlocks, type Block } from './markdown-blocks.js';
import { longestWord, parseInline, runsWidth, wrapRuns, type RichStyle, type Run } from './rich-text.js';

export type RenderOptions = Readonly<{
  /** The terminal's width in cells. */
  columns: number;
  /** Whether ANSI colours and attributes may be used. */
  styled: boolean;
}>;

/** The page as lines of text. No line is wider than `columns`, except code, which is never wrapped. */
export function renderManual(markdown: string, options: RenderOptions): string {
  const columns = Math.min(options.columns, WIDEST);
  const lines = parseBlocks(markdown).flatMap((block, i) => [
    ...(i === 0 ? [] : [[]]),
    ...renderBlock(block, { ...options, columns: Math.max(20, columns) - INDENT }).map((line) =>
      indent(line, block.kind === 'heading' && block.level < 3 ? 0 : INDENT),
    ),
  ]);
  return `${lines.map((line) => paintRuns(line, options.styled)).join('\n')}\n`;
}

/** Longer lines of prose are hard to read. */
const WIDEST = 100;
const INDENT = 2;
const COLUMN_GAP = 2;

type Line = readonly Run[];

function renderBlock(block: Block, options: RenderOptions): Line[] {
  const { columns, styled } = options;
  switch (block.kind) {
    case 'heading':
      return wrapRuns(parseInline(block.text, { styled, base: 'heading' }), columns);
    case 'paragraph':
      return wrapRuns(parseInline(block.text, { styled }), columns);
    case 'code':
      return block.lines.map((text): Line => [
        { text: `  ${text}`, style: block.language === 'text' ? 'plain' : 'code' },
      ]);
    case 'list':
      return block.items.flatMap(({ marker, depth, text }) => {
        const start = '  '.repeat(depth) + `${marker} `;
        const wrapped = wrapRuns(parseInline(text, { styled }), columns - start.length);
        return wrapped.map((line, i) => [
          { text: i === 0 ? start : ' '.repeat(start.length), style: 'plain' } as const,
          ...line,
        ]);
      });
    case 'table':
      return renderTable(block, options);
    default:
      return block satisfies never;
  }
}

function renderTable({ head, rows }: Extract<Block, { kind: 'table' }>, options: RenderOptions): Line[] {
  const { columns, styled } = options;
  const headCells = head.map((cell) => parseInline(cell, { styled, base: 'bold' }));
  const bodyCells = rows.map((row) => head.map((_, i) => parseInline(row[i] ?? '', { styled })));
  const widths = fitColumns([headCells, ...bodyCells], columns - COLUMN_GAP * (head.length - 1));
  const rule: Line = [
    { text: widths.map((width) => '─'.repeat(width)).join(' '.repeat(COLUMN_GAP)), style: 'rule' },
  ];
  return [...renderRow(headCells, widths), rule, ...bodyCells.flatMap((cells) => renderRow(cells, widths))];
}

type Cell = readonly Run[];

/** A row as one line, or as several where a cell does not fit its column. */
function renderRow(cells: readonly Cell[], widths: readonly number[]): Line[] {
  const wrapped = cells.map((cell, i) => wrapRuns(cell, widths[i]!));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped.flatMap((lines, i): Run[] => {
      const line = lines[row] ?? [];
      const isLast = i === wrapped.length - 1;
      const fill = isLast ? 0 : widths[i]! - runsWidth(line) + COLUMN_GAP;
      return [...line, { text: ' '.repeat(fill), style: 'plain' }];
    }),
  );
}

/**
 * The widths of a table's columns within `room` cells: no column is narrower than its longest word if there is room for that, and the
 * rest goes cell by cell to the column that would need the most lines.
 */
function fitColumns(rows: readonly (readonly Cell[])[], room: number): number[] {
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
  const wanted = columns.map((cells) => Math.max(1, ...cells.map(runsWidth)));
  const share = Math.max(1, Math.floor(room / columns.length));
  const needed = columns.map((cells) => Math.max(1, ...cells.map(longestWord)));
  const fits = needed.reduce((sum, width) => sum + width, 0) <= room;
  const widths = needed.map((width) => (fits ? width : Math.min(width, share)));
  for (let left = room - widths.reduce((sum, width) => sum + width, 0); left > 0; left--) {
    const overflow = widths.map((width, i) => (width < wanted[i]! ? wanted[i]! / width : 0));
    const most = Math.max(...overflow);
    if (most === 0) break;
    widths[overflow.indexOf(most)]! += 1;
  }
  return widths;
}

function indent(line: Line, by: number): Line {
  return by === 0 || line.length === 0 ? line : [{ text: ' '.repeat(by), style: 'plain' }, ...line];
}

function paintRuns(line: Line, styled: boolean): string {
  if (!styled)
    return line
      .map(({ text }) => text)
      .join('')
      .trimEnd();
  return line
    .map(({ text, style }) => (codes[style] === '' ? text : `\x1b[${codes[style]}m${text}\x1b[0m`))
    .join('')
    .trimEnd();
}

const codes: Readonly<Record<RichStyle, string>> = {
  plain: '',
  bold: '1',
  heading: '1',
  emphasis: '4',
  code: '36',
  rule: '2',
};
