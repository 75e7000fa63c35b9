/** The regions of the screen as data, and the frame that they make up. */

import { asciiLine } from './ascii.js';
import { clipLine, fillRows, lineWidth, safeLine, segment, type Line } from './frame.js';
import type { Glyphs, GlyphSet } from './glyphs.js';
import { MIN_COLUMNS, MIN_ROWS } from './layout.js';

/** The regions from top to bottom. A region without lines is not on the screen. */
export const regionNames = [
  'header',
  'stageBar',
  'status',
  'tabs',
  'list',
  'context',
  'dialog',
  'footer',
] as const;
export type RegionName = (typeof regionNames)[number];

/** Where the context pane is: below the list, to its right, or to the right of the tabs and the list. */
export type ContextSide = 'below' | 'right-of-list' | 'right-of-tabs';

/** The lines of each region, none wider than the region. `dialog` is what covers the other regions between header and footer. */
export type Regions<Each = Line> = Readonly<Record<RegionName, readonly Each[]>> &
  Readonly<{ side: ContextSide }>;

/** Regions of which only some are on the screen. */
export function createRegions(shown: Partial<Regions>): Regions {
  return { ...noRegions, ...shown };
}

const NONE: readonly Line[] = [];
const noRegions: Regions = {
  header: NONE,
  stageBar: NONE,
  status: NONE,
  tabs: NONE,
  list: NONE,
  context: NONE,
  dialog: NONE,
  footer: NONE,
  side: 'below',
};

/** Extends a line of the list to the border of the pane to its right. */
export function borderLine(line: Line, columns: number, { tick }: Pick<Glyphs, 'tick'>): Line {
  const gap = segment(' '.repeat(columns - lineWidth(line)));
  return [...line, gap, segment(`${tick} `, 'rule')];
}

/** Converts the lines of every region. */
export function mapRegions<To>(regions: Regions, convert: (line: Line) => To): Regions<To> {
  const { header, stageBar, status, tabs, list, context, dialog, footer, side } = regions;
  return {
    header: header.map(convert),
    stageBar: stageBar.map(convert),
    status: status.map(convert),
    tabs: tabs.map(convert),
    list: list.map(convert),
    context: context.map(convert),
    dialog: dialog.map(convert),
    footer: footer.map(convert),
    side,
  };
}

/** The lines of the frame that the regions make up, as the components in tui/ lay them out. */
export function composeLines(regions: Regions): readonly Line[] {
  const { header, stageBar, status, tabs, list, context, dialog, footer, side } = regions;
  const main =
    side === 'below'
      ? [...tabs, ...list, ...context]
      : side === 'right-of-list'
        ? [...tabs, ...joinLines(list, context)]
        : joinLines([...tabs, ...list], context);
  return [...header, ...stageBar, ...status, ...main, ...dialog, ...footer];
}

function joinLines(left: readonly Line[], right: readonly Line[]): readonly Line[] {
  return left.map((line, y) => [...line, ...(right[y] ?? [])]);
}

/** Makes lines fit for the screen: no control characters, no wider than `columns` cells, in the glyphs that it can show. */
export function finishLines(lines: readonly Line[], columns: number, glyphs: GlyphSet): readonly Line[] {
  return lines.map((line) => {
    const clipped = clipLine(safeLine(line), columns);
    return glyphs === 'ascii' ? asciiLine(clipped) : clipped;
  });
}

/** What a screen that is too small for the other regions shows. */
export function tooSmallRegions(columns: number, rows: number): Regions {
  const text = `pflow needs ${MIN_COLUMNS}×${MIN_ROWS} cells, this is ${columns}×${rows}`;
  return createRegions({ dialog: fillRows([clipLine([segment(text)], columns)], rows) });
}
