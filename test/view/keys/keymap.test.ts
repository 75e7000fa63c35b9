import { expect, test } from 'vitest';
import { lineText } from '../../../src/view/base/frame.js';
import { helpLines } from '../../../src/view/keys/key-help.js';
import { actionFor } from '../../../src/view/keys/key-lookup.js';
import { keysText, keyTable } from '../../../src/view/keys/key-names.js';
import { keymap } from '../../../src/view/keys/keymap.js';

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

test('every screen can be left and cancelled', () => {
  for (const screen of ['inspector', 'search', 'help', 'confirm'] as const)
    expect(actionFor('esc', screen)).toBe('back');
  for (const screen of ['tree', 'inspector', 'search', 'help', 'confirm'] as const)
    expect(actionFor('ctrl+c', screen)).toBe('cancel');
});

test('the help screen and the README table list every binding of the tree and the inspector', () => {
  const help = helpLines({ glyphs: 'unicode' }).map(lineText).join('\n');
  for (const binding of keymap)
    expect(keyTable()).toContain(`| ${keysText(binding).replaceAll('|', '\\|')} |`);
  const shown = keymap.filter(({ screens }) => screens.includes('tree') || screens.includes('inspector'));
  for (const { does } of shown) expect(help).toContain(does);
});
