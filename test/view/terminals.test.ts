import { expect, test } from 'vitest';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { asciiLine } from '../../src/view/base/ascii.js';
import { resolveGlyphs } from '../../src/view/base/glyphs.js';
import { lineText, lineWidth } from '../../src/view/base/frame.js';
import { press } from '../../src/view/app/press.js';
import { stylesOf, themeOf, type Theme } from '../../src/view/base/theme.js';
import { initialUi, tabs, type UiState } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from '../support/prices.js';
import { fixtureNames, readFixture } from '../support/trace-builder.js';

test.each(fixtureNames)('%s: every cell of every screen is ASCII with ASCII glyphs', (name) => {
  const run = reduceEvents(readFixture(name), { prices: testPrices });
  const viewport = { now: run.lastAt, columns: 110, rows: 30 };
  const ui = initialUi({ glyphs: 'ascii', reducedMotion: true, live: true });
  const open: UiState = { ...ui, screens: ['tree', 'inspector'], selected: '2', follow: false };
  const screens: UiState[] = [
    ui,
    { ...ui, screens: ['tree', 'help'] },
    { ...ui, screens: ['tree', 'search'], filter: '漢字…' },
    press(ui, { name: 'ctrl+c', text: '' }, run, viewport).ui,
    ...tabs.map((tab): UiState => ({
      ...open,
      tab,
      pane: { ...ui.pane, folds: { all: 'open', toggled: new Set() } },
    })),
  ];
  for (const each of screens) {
    const text = view(run, each, viewport).lines.map(lineText).join('\n');
    expect([...text].filter((character) => !/[\n\u0020-\u007e]/.test(character))).toEqual([]);
  }
});

test('characters without an ASCII equivalent keep their width', () => {
  const line = [{ text: '│ “née” 漢字 🙂 e\u0301…', style: 'dim' as const }];
  expect(lineText(asciiLine(line))).toBe('| "nee" ???? ?? e~');
  expect(lineWidth(asciiLine(line))).toBe(lineWidth(line));
});

test.each([
  ['dark', '#000000', 4, false],
  ['light', '#ffffff', 4.5, false],
  ['dark', '#000000', 7, true],
  ['light', '#ffffff', 7, true],
] as const)(
  'every colour of the %s theme has sufficient contrast on %s: %d (high contrast: %s)',
  (theme, background, least, highContrast) => {
    const tooFaint = Object.entries(stylesOf(theme, { highContrast })).flatMap(([name, { hex }]) =>
      hex !== undefined && contrast(hex, background) < least ? `${name} ${hex}` : [],
    );
    expect(tooFaint).toEqual([]);
  },
);

test('the theme of high contrast draws nothing faint, and colours of 256 with the same contrast', () => {
  for (const [theme, background] of [
    ['dark', '#000000'],
    ['light', '#ffffff'],
  ] as const) {
    const styles = Object.entries(stylesOf(theme, { highContrast: true }));
    expect(styles.filter(([, { dim }]) => dim)).toEqual([]);
    const faint = styles.flatMap(([name, { code256 }]) =>
      code256 !== undefined && contrast(hexOf256(code256), background) < 6.5 ? `${name} ${code256}` : [],
    );
    expect(faint).toEqual([]);
  }
});

test('own colours replace those of any theme, with the nearest of 256', () => {
  const { failed, ok, dim } = stylesOf('light', { colours: { failed: '#ff0000', dim: '#808080' } });
  expect(failed).toMatchObject({ hex: '#ff0000', code256: 196, ansi: 'red', bold: true });
  expect(dim).toMatchObject({ hex: '#808080', code256: 244, dim: false });
  expect(ok).toEqual(stylesOf('light').ok);
});

test('the glyphs are ASCII on the Linux console and in a locale that is not UTF-8', () => {
  const glyphs = (env: NodeJS.ProcessEnv) => resolveGlyphs('auto', env);
  expect(glyphs({ TERM: 'linux', LANG: 'en_US.UTF-8' })).toBe('ascii');
  expect(glyphs({ TERM: 'xterm', LANG: 'de_DE.ISO-8859-1' })).toBe('ascii');
  expect(glyphs({ TERM: 'xterm', LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe('ascii');
  expect(glyphs({ TERM: 'xterm', LC_CTYPE: 'UTF-8', LANG: 'C' })).toBe('unicode');
  expect(glyphs({ TERM: 'xterm' })).toBe('unicode');
  expect(resolveGlyphs('unicode', { TERM: 'linux' })).toBe('unicode');
});

test('COLORFGBG selects the light theme', () => {
  const themes = ['0;15', '15;0', '0;default;15', '12;7', undefined].map((COLORFGBG): Theme =>
    themeOf(COLORFGBG === undefined ? {} : { COLORFGBG }),
  );
  expect(themes).toEqual(['light', 'dark', 'light', 'light', 'dark']);
});

/** The colour with a number of xterm's 256, without the first 16. */
function hexOf256(code: number): string {
  const levels = [0, 95, 135, 175, 215, 255];
  const grey = 8 + 10 * (code - 232);
  const at = code - 16;
  const rgb =
    code >= 232
      ? [grey, grey, grey]
      : [levels[Math.floor(at / 36)], levels[Math.floor(at / 6) % 6], levels[at % 6]];
  return `#${rgb.map((value) => value!.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
