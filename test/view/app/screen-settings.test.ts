import { expect, test } from 'vitest';
import { bindingsOf, positionOf } from '../../../src/view/keys/key-bindings.js';
import { actionFor } from '../../../src/view/keys/key-lookup.js';
import { keymap } from '../../../src/view/keys/keymap.js';
import { defaultSettings, readSettings } from '../../../src/view/app/screen-settings.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

test('valid settings are applied, and invalid ones keep their defaults with a warning', () => {
  const { settings, warnings } = readSettings({
    theme: 'light',
    glyphs: 'ascii',
    fps: 500,
    mouse: 'yes',
    colour: 'red',
    tehme: 'dark',
    notify: false,
  });
  expect(settings).toEqual({ ...defaultSettings, theme: 'light', glyphs: 'ascii', notify: false });
  expect(warnings).toMatchInlineSnapshot(`
    [
      "fps must be a number from 1 to 60, and is 500.",
      "mouse must be true or false, and is "yes".",
      "There is no setting 'colour'. Did you mean 'colors'?",
      "There is no setting 'tehme'. Did you mean 'theme'?",
    ]
  `);
});

test('own colours are validated by style and value', () => {
  const { settings, warnings } = readSettings({
    theme: 'high-contrast',
    colors: { failed: '#FF0000', faild: '#ff0000', ok: 'red', money: 7 },
  });
  expect(settings).toEqual({ ...defaultSettings, theme: 'high-contrast', colors: { failed: '#ff0000' } });
  expect(warnings).toEqual([
    "There is no style 'colors.faild'. Did you mean 'colors.failed'?",
    'colors.ok must be a colour such as "#56b4e9", and is "red".',
    'colors.money must be a colour such as "#56b4e9", and is 7.',
  ]);
  expect(readSettings({ colors: [] }).warnings).toEqual([
    'colors must be an object of styles and their colours, and is [].',
  ]);
});

test('an invalid settings file causes one warning and the default settings', () => {
  expect(readSettings(undefined)).toEqual({ settings: defaultSettings, warnings: [] });
  for (const source of ['{"theme": ', '[]', 'null', 42, null, [1]]) {
    const { settings, warnings } = readSettings(source);
    expect(settings).toEqual(defaultSettings);
    expect(warnings).toHaveLength(1);
  }
  expect(readSettings('{"fps": 30}').settings.fps).toBe(30);
});

test('every action can be bound to another key', () => {
  for (const { action, screens } of keymap) {
    const { settings, warnings } = readSettings({ keys: { [action]: 'f12' } });
    expect(warnings).toEqual([]);
    for (const screen of screens)
      expect(actionFor('f12', screen, bindingsOf(settings.keys), true)).toBe(action);
  }
});

test('a key that is bound to another action is removed from its default action on that screen', () => {
  const { keys } = readSettings({ keys: { metric: ['j'], search: 'ctrl+k' } }).settings;
  const bindings = bindingsOf(keys);
  expect(actionFor('j', 'tree', bindings)).toBe('metric');
  expect(actionFor('down', 'tree', bindings)).toBe('down');
  expect(actionFor('/', 'tree', bindings)).toBeUndefined();
  expect(actionFor('ctrl+k', 'inspector', bindings)).toBe('search');
});

test('unknown actions, invalid keys and conflicting bindings cause warnings', () => {
  const { settings, warnings } = readSettings({
    keys: { serach: 'Z', quit: 7, metric: 'Z', diff: 'Z', help: [], pause: 'q' },
  });
  expect(settings.keys).toEqual({ metric: ['Z'], pause: ['q'] });
  expect(warnings).toMatchInlineSnapshot(`
    [
      "keys: there is no action 'serach'. Did you mean 'search'?",
      "keys.quit must be a key or a list of keys, such as "ctrl+k" or ["k", "up"].",
      "keys.diff has a key that keys.metric has on the same screen.",
      "keys.help must be a key or a list of keys, such as "ctrl+k" or ["k", "up"].",
      "keys: 'quit' is left without a key.",
    ]
  `);
});

test('tabs and depths are selected by the position of the key in its binding', () => {
  const { keys } = readSettings({ keys: { tab: ['f1', 'f2', 'f3'] } }).settings;
  expect(positionOf('f3', 'tab', keys)).toBe(2);
  expect(positionOf('0', 'tab', undefined)).toBe(9);
});

test('rebound keys work on the screen and appear in help and footer', () => {
  const at = new TestScreen(buildTrace((t) => void t.stage('workflow', () => void t.node('a', {}))));
  at.ui = { ...at.ui, look: { ...at.ui.look, keys: { help: ['f1'], down: ['x'] } } };
  expect(at.lines().at(-1)).toContain('f1 help');
  expect(at.press('x').selected).toContain('a');
  expect(at.press('f1', '/').type('down one').text()).toMatch(/ x +Up or down one row/);
});

test('keys typed in the search field are text even when they are bound to an action', () => {
  const at = new TestScreen([]);
  at.ui = { ...at.ui, look: { ...at.ui.look, keys: { cancel: ['x'], accept: ['y'] } } };
  expect(at.press('/').type('xy').ui.filter).toBe('xy');
  expect(at.effects).toEqual([]);
});
