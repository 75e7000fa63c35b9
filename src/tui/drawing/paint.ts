/** Paints lines of styled segments as text with SGR codes. */

import { linkToFile } from '../../lib/text/hyperlink.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { Line, Segment } from '../../view/base/frame.js';
import type { AnsiColour, Style } from '../../view/base/palettes.js';
import {
  stylesOf,
  type ColourDepth,
  type StyleName,
  type Theme,
  type ThemeOptions,
} from '../../view/base/theme.js';

/** Paints a line of styled segments with the SGR codes of a colour depth. */
export type Painter = (line: Line) => string;

/** Options of a painter: of the theme, and whether the terminal supports hyperlinks. */
type PaintOptions = ThemeOptions & Readonly<{ links?: boolean }>;

/** What the codes of a style depend on. */
type Palette = PaintOptions &
  Readonly<{ depth: ColourDepth; theme: Theme; styles: Readonly<Record<StyleName, Style>> }>;

/** Creates a memoizing painter: an unchanged line yields the identical string. */
export function createPainter(
  depth: ColourDepth,
  theme: Theme = 'dark',
  options: PaintOptions = {},
): Painter {
  const palette: Palette = { depth, theme, styles: stylesOf(theme, options), ...options };
  const painted = new WeakMap<Line, string>();
  return (line) => {
    const known = painted.get(line);
    if (known !== undefined) return known;
    const text = merged(line)
      .map((segment) => paintSegment(segment, palette))
      .join('');
    painted.set(line, text);
    return text;
  };
}

/** Merges adjacent segments of one style: fewer codes, fewer bytes. */
function merged(line: Line): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of line) {
    const last = result.at(-1);
    if (
      last &&
      last.style === segment.style &&
      last.inverse === segment.inverse &&
      last.selected === segment.selected &&
      last.link === segment.link
    ) {
      result[result.length - 1] = { ...last, text: last.text + segment.text };
    } else if (segment.text !== '') {
      result.push(segment);
    }
  }
  return result;
}

/** Every byte that a screen shows passes here, so none of them can control the terminal, whatever a view forgot. */
function paintSegment({ text, style, inverse, selected, link }: Segment, palette: Palette): string {
  const safe = link === undefined || !palette.links ? safeText(text) : linkToFile(safeText(text), link);
  const codes = codesOf(style, palette);
  if (inverse && !codes.includes('7')) codes.push('7');
  if (selected) select(codes, palette);
  return codes.length === 0 ? safe : `\x1b[${codes.join(';')}m${safe}\x1b[0m`;
}

/** The selection is a background colour where the depth and the contrast allow shades, else inverse video. */
function select(codes: string[], { depth, theme, highContrast = false }: Palette): void {
  const [background, foreground] =
    theme === 'dark' ? ['68;71;90', '248;248;242'] : ['221;225;233', '24;24;32'];
  if (highContrast) {
    if (!codes.includes('7')) codes.push('7');
  } else if (depth === 'truecolor') codes.push(`48;2;${background}`, `38;2;${foreground}`);
  else if (depth === '256')
    codes.push(...(theme === 'dark' ? ['48;5;238', '38;5;255'] : ['48;5;253', '38;5;234']));
  else if (!codes.includes('7')) codes.push('7');
}

function codesOf(name: StyleName | undefined, { depth, styles }: Palette): string[] {
  if (name === undefined) return [];
  const style = styles[name];
  const codes: string[] = [];
  if (style.bold) codes.push('1');
  if (style.dim) codes.push('2');
  if (style.underline) codes.push('4');
  if (style.inverse) codes.push('7');
  if (depth === 'truecolor' && style.hex) codes.push(`38;2;${rgb(style.hex).join(';')}`);
  if (depth === '256' && style.code256 !== undefined) codes.push(`38;5;${style.code256}`);
  if (depth === '16' && style.ansi) codes.push(ansiCodes[style.ansi]);
  return codes;
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

const ansiCodes: Readonly<Record<AnsiColour, string>> = {
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  white: '37',
  gray: '90',
};
