import { expect, test } from 'vitest';
import { lineText } from '../../../src/view/base/frame.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';
import { helpLines } from '../../../src/view/keys/key-help.js';
import { actionFor } from '../../../src/view/keys/key-lookup.js';
import { keysText, keyTable } from '../../../src/view/keys/key-names.js';
import { keymap, keyRows } from '../../../src/view/keys/keymap.js';

test('no key has two actions on one screen', () => {
  const seen = new Map<string, string>();
  for (const { keys, screens, action, whileZoomed } of keymap) {
    for (const key of keys) {
      for (const screen of screens) {
        const place = `${screen} ${key} ${whileZoomed ? 'while zoomed' : ''}`;
        const other = seen.get(place);
        expect(other === undefined ? action : `${key} is also ${other}`).toBe(action);
        seen.set(place, action);
        expect(actionFor(key, screen, keymap, whileZoomed)).toBe(action);
      }
    }
  }
});

test('the keymap has at most 85 rows, and the actions of a row have keys of their own', () => {
  expect(keyRows.length).toBeLessThanOrEqual(85);
  for (const { keys, opposite } of keyRows)
    expect(keys.filter((key) => opposite?.keys.includes(key))).toEqual([]);
});

test('opposite actions share a line of the help', () => {
  const at = new TestScreen(events, { columns: 80, rows: 60 }).press('?');
  expect(at.line('Up or down one row')).toMatch(/↑ k ↓ j +Up or down one row/);
  expect(at.line('Go back or forward one event')).toMatch(/, \. +Go back/);
});

test('every screen can be left and cancelled', () => {
  for (const screen of ['inspector', 'search', 'help', 'confirm'] as const)
    expect(actionFor('esc', screen)).toBe('back');
  for (const screen of ['tree', 'inspector', 'search', 'help', 'confirm'] as const)
    expect(actionFor('ctrl+c', screen)).toBe('cancel');
});

test('the help screen and the README table list every binding of the tree and the inspector', () => {
  const context = { screen: 'tree' } as const;
  const help = helpLines({ glyphs: 'unicode' }, { context, columns: 500 }).map(lineText).join('\n');
  for (const binding of keyRows)
    expect(keyTable()).toContain(`| ${keysText(binding).replaceAll('|', '\\|')} |`);
  const shown = keymap.filter(({ screens }) => screens.includes('tree') || screens.includes('inspector'));
  for (const { does } of shown) expect(help).toContain(does);
});

const events = buildTrace((t) => t.stage('workflow', () => void t.node('one', {}, () => void t.wait(5))));
const firstLine = (screen: TestScreen) =>
  screen
    .lines()[3]!
    .trim()
    .split(/\s{2,}/)[0];

test('help begins with the keys of the view or screen that it was opened from', () => {
  expect(firstLine(new TestScreen(events).press('2', '?'))).toBe('Flame');
  expect(firstLine(new TestScreen(events).press('1', '?'))).toBe('Timeline');
  expect(firstLine(new TestScreen(events).press('enter', '?'))).toBe('Inspector');
});

test('help has two columns at 120 cells and one at 80', () => {
  const line = (columns: number) => new TestScreen(events, { columns }).press('?').lines()[4]!;
  expect(line(80)).toMatch(/^ {2}m +Bars show time/);
  expect(line(120)).toMatch(/^ {2}m +Bars show time.{10,}\S+ {2,}\S/);
});

test('a search in the help keeps the keys that match, and leaving the help clears it', () => {
  const at = new TestScreen(events, { columns: 80 }).press('?', '/').type('copy').press('enter');
  expect(at.line('yy')).toContain('Copy the value');
  expect(at.text()).not.toContain('Quit the profiler');
  expect(at.press('esc', '?').text()).toContain('Everywhere');
  expect(at.ui.helpFind).toBe('');
  expect(at.press('/').type('no such key').line('No key matches')).toBe(' No key matches "no such key".');
});
