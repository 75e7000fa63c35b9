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

/** A style as a terminal renders it. `ansi` is an index into the 16 colours of the user's own palette. */
export type Style = Readonly<{
  hex?: string;
  code256?: number;
  ansi?: AnsiColour;
  bold?: boolean;
  dim?: boolean;
  underline?: boolean;
  inverse?: boolean;
}>;

export type AnsiColour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white' | 'gray';

type Palette = Readonly<
  Record<'orange' | 'sky' | 'green' | 'blue' | 'vermillion' | 'purple' | 'grey', Style>
>;

// The Okabe-Ito palette, distinguishable with any colour vision. The numbers are the nearest of the 256 colours.
const onDark: Palette = {
  orange: { hex: '#e69f00', code256: 178, ansi: 'yellow' },
  sky: { hex: '#56b4e9', code256: 74, ansi: 'cyan' },
  green: { hex: '#009e73', code256: 35, ansi: 'green' },
  blue: { hex: '#0072b2', code256: 25, ansi: 'blue' },
  vermillion: { hex: '#d55e00', code256: 166, ansi: 'red' },
  purple: { hex: '#cc79a7', code256: 175, ansi: 'magenta' },
  grey: { hex: '#8a8a8a', code256: 245, ansi: 'gray' },
};

// The same hues, darkened for legibility on white.
const onLight: Palette = {
  orange: { hex: '#8a5a00', code256: 94, ansi: 'yellow' },
  sky: { hex: '#0b6e9e', code256: 24, ansi: 'cyan' },
  green: { hex: '#00704f', code256: 23, ansi: 'green' },
  blue: { hex: '#00518a', code256: 18, ansi: 'blue' },
  vermillion: { hex: '#b03a00', code256: 124, ansi: 'red' },
  purple: { hex: '#95437a', code256: 90, ansi: 'magenta' },
  grey: { hex: '#666666', code256: 241, ansi: 'gray' },
};

/** Whether the terminal's background is dark or light, from COLORFGBG. */
export type Theme = 'dark' | 'light';

/** The theme from COLORFGBG, which many terminals set; dark by default. */
export function themeOf(env: NodeJS.ProcessEnv): Theme {
  const background = /;(\d+)$/.exec(env['COLORFGBG'] ?? '')?.[1];
  return background === '7' || background === '15' ? 'light' : 'dark';
}

/** The styles of a theme. Colour is never the only cue: status has a glyph, a bar its texture, a diff its gutter. */
export function stylesOf(theme: Theme): Readonly<Record<StyleName, Style>> {
  return theme === 'light' ? lightStyles : darkStyles;
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

const darkStyles = stylesWith(onDark);
const lightStyles = stylesWith(onLight);

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
