/** The styles of the screen by theme, background and colour depth. */

import {
  contrastOnDark,
  contrastOnLight,
  findNearest256,
  onDark,
  onLight,
  type Palette,
  type Style,
} from './palettes.js';

/** Style names: the meaning of a segment. Colours are derived from them here and nowhere else. */
export type StyleName =
  | 'dim'
  | 'bold'
  | 'title'
  | 'heading'
  | 'accent'
  | 'rule'
  | 'simulated'
  | 'hint-key'
  | 'ok'
  | 'failed'
  | 'running'
  | 'warning'
  | 'pending'
  | 'money'
  | 'json-key'
  | 'json-string'
  | 'json-number'
  | 'json-literal'
  | 'json-mark'
  | 'code'
  | 'code-comment'
  | 'code-keyword'
  | 'code-string'
  | 'code-number'
  | 'markdown-heading'
  | 'emphasis'
  | 'template'
  | 'added'
  | 'removed'
  | 'added-word'
  | 'removed-word'
  | 'changed'
  | 'match'
  | 'tab'
  | 'tab-empty'
  | 'tab-active'
  | 'bar-stage'
  | 'bar-llm'
  | 'bar-http'
  | 'bar-file'
  | 'bar-code'
  | 'bar-shell'
  | 'bar-other'
  | 'bar-failed'
  | 'bar-planner'
  | 'bar-workflow'
  | 'plot-cost'
  | 'plot-tokens';

/** Colour depths of terminals. */
export type ColourDepth = 'none' | '16' | '256' | 'truecolor';

/** Whether the terminal's background is dark or light, from COLORFGBG. */
export type Theme = 'dark' | 'light';

/** The theme from COLORFGBG, which many terminals set; dark by default. */
export function themeOf(env: NodeJS.ProcessEnv): Theme {
  const background = /;(\d+)$/.exec(env['COLORFGBG'] ?? '')?.[1];
  return background === '7' || background === '15' ? 'light' : 'dark';
}

/** What changes the styles of a theme: more contrast, and the user's own colours as `#rrggbb`. */
export type ThemeOptions = Readonly<{
  highContrast?: boolean;
  colours?: Readonly<Partial<Record<StyleName, string>>>;
}>;

/** The styles of a theme. Colour is never the only cue: status has a glyph, a bar its texture, a diff its gutter. */
export function stylesOf(
  theme: Theme,
  { highContrast = false, colours = {} }: ThemeOptions = {},
): Readonly<Record<StyleName, Style>> {
  const styles = (highContrast ? contrastStyles : usualStyles)[theme];
  const own = Object.entries(colours).map(([name, hex]) => [
    name,
    { ...styles[name as StyleName], dim: false, hex, code256: findNearest256(hex) },
  ]);
  return own.length === 0 ? styles : { ...styles, ...Object.fromEntries(own) };
}

/** The names of all styles, which are the names of the user's own colours. */
export function listStyleNames(): readonly StyleName[] {
  return Object.keys(usualStyles.dark) as StyleName[];
}

function stylesWith(palette: Palette): Readonly<Record<StyleName, Style>> {
  const { orange, sky, green, blue, vermillion, purple, grey } = palette;
  return {
    dim: { dim: true },
    bold: { bold: true },
    title: { bold: true },
    heading: { bold: true, dim: true },
    accent: { ...sky, bold: true },
    rule: { dim: true },
    simulated: { ...orange, bold: true, inverse: true },
    'hint-key': { bold: true },
    ok: green,
    failed: { ...vermillion, bold: true },
    running: { ...sky, bold: true },
    warning: orange,
    pending: { dim: true },
    money: {},
    'json-key': sky,
    'json-string': green,
    'json-number': orange,
    'json-literal': purple,
    'json-mark': { ...grey, underline: true },
    code: sky,
    'code-comment': { dim: true },
    'code-keyword': { ...purple, bold: true },
    'code-string': green,
    'code-number': orange,
    'markdown-heading': { bold: true, underline: true },
    emphasis: { underline: true },
    template: { ...purple, bold: true },
    added: green,
    removed: vermillion,
    'added-word': { ...green, bold: true, underline: true },
    'removed-word': { ...vermillion, bold: true, underline: true },
    changed: orange,
    match: { bold: true, underline: true },
    tab: {},
    'tab-empty': { dim: true },
    'tab-active': { bold: true, inverse: true },
    'bar-stage': grey,
    'bar-llm': orange,
    'bar-http': sky,
    'bar-file': green,
    'bar-code': purple,
    'bar-shell': blue,
    'bar-other': sky,
    'bar-failed': vermillion,
    'bar-planner': purple,
    'bar-workflow': green,
    'plot-cost': orange,
    'plot-tokens': sky,
  };
}

const usualStyles = { dark: stylesWith(onDark), light: stylesWith(onLight) };
const contrastStyles = {
  dark: withoutFaint(stylesWith(contrastOnDark)),
  light: withoutFaint(stylesWith(contrastOnLight)),
};

/** Faint text is below any contrast that could be guaranteed, so it is drawn as other text. */
function withoutFaint(styles: Readonly<Record<StyleName, Style>>): Readonly<Record<StyleName, Style>> {
  const all = Object.entries(styles).map(([name, { dim: _dim, ...style }]) => [name, style]);
  return Object.fromEntries(all) as Record<StyleName, Style>;
}

/** The colour depth from NO_COLOR, FORCE_COLOR, COLORTERM and TERM, in this order. */
export function colourDepth(env: NodeJS.ProcessEnv): ColourDepth {
  if (env['NO_COLOR']) return 'none';
  const forced = env['FORCE_COLOR'];
  if (forced === '0' || forced === 'false') return 'none';
  if (forced === '3') return 'truecolor';
  if (forced === '2') return '256';
  if (forced === '1') return '16';
  if (env['TERM'] === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '')) return 'truecolor';
  return /256/.test(env['TERM'] ?? '') ? '256' : '16';
}

/** The bar style of a node type. */
export function barStyle(nodeType: string | undefined): StyleName {
  if (nodeType === undefined) return 'bar-other';
  if (nodeType === 'llm') return 'bar-llm';
  if (nodeType === 'http') return 'bar-http';
  if (nodeType === 'shell') return 'bar-shell';
  if (nodeType === 'code') return 'bar-code';
  return /-files?$/.test(nodeType) ? 'bar-file' : 'bar-other';
}
