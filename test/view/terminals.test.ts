import { expect, test } from 'vitest';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { asciiLine } from '../../src/view/base/ascii.js';
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
  ['dark', '#000000', 4],
  ['light', '#ffffff', 4.5],
] as const)(
  'every colour of the %s theme has sufficient contrast on its background',
  (theme, background, least) => {
    const tooFaint = Object.entries(stylesOf(theme)).flatMap(([name, { hex }]) =>
      hex !== undefined && contrast(hex, background) < least ? `${name} ${hex}` : [],
    );
    expect(tooFaint).toEqual([]);
  },
);

test('COLORFGBG selects the light theme', () => {
  const themes = ['0;15', '15;0', '0;default;15', '12;7', undefined].map((COLORFGBG): Theme =>
    themeOf(COLORFGBG === undefined ? {} : { COLORFGBG }),
  );
  expect(themes).toEqual(['light', 'dark', 'light', 'light', 'dark']);
});

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
