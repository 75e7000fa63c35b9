import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseBytes } from '../../../src/cli/args/byte-size.js';
import { loadSettings, withFlags } from '../../../src/cli/args/user-settings.js';
import { defaultSettings } from '../../../src/view/app/screen-settings.js';
import { workspace } from '../../support/cli.js';

/** Loads a settings file with this text and removes its path from the warnings. */
function settingsOf(text: string | object) {
  const home = mkdtempSync(join(tmpdir(), 'pflow-settings-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeFileSync(join(home, 'settings.json'), typeof text === 'string' ? text : JSON.stringify(text));
  const settings = loadSettings({ PFLOW_HOME: home });
  return { ...settings, warnings: settings.warnings.map((each) => each.replace(home, '~')) };
}

const usual = { keep: 1000, maxBytes: 2_000_000_000 };

test('without a settings file all settings have their defaults', () => {
  expect(loadSettings({ PFLOW_HOME: '/nonexistent' })).toEqual({
    screen: defaultSettings,
    traces: usual,
    confirm: 'effects',
    notifications: {},
    sessions: { allowed: undefined, folders: {}, paid: [] },
    warnings: [],
  });
});

test('`confirm` accepts "effects" and "always", and anything else is a warning', () => {
  expect(settingsOf({ confirm: 'always' })).toMatchObject({ confirm: 'always', warnings: [] });
  const { confirm, warnings } = settingsOf({ confirm: 'never' });
  expect([confirm, warnings]).toEqual([
    'effects',
    [expect.stringContaining('confirm must be "effects" or "always".')],
  ]);
});

test('screen and trace settings are applied, and unrelated sections cause no warning', () => {
  const { screen, traces, warnings } = settingsOf({
    theme: 'light',
    fps: 20,
    traces: { keep: 5, maxSize: '1.5 GB' },
    mcpServers: {},
    nodes: ['some-package'],
  });
  expect([screen.theme, screen.fps, traces, warnings]).toEqual([
    'light',
    20,
    { keep: 5, maxBytes: 1_500_000_000 },
    [],
  ]);
});

test('each invalid setting is one warning, and valid ones are applied', () => {
  const { screen, traces, warnings } = settingsOf({
    theme: 'blue',
    glyphs: 'ascii',
    traces: { keep: 0, maxSize: 'much', kepe: 3 },
  });
  expect([screen.theme, screen.glyphs, traces]).toEqual(['auto', 'ascii', usual]);
  expect(warnings).toMatchInlineSnapshot(`
    [
      "~/settings.json: theme must be "dark", "light", "high-contrast", "auto", and is "blue".",
      "~/settings.json: There is no setting 'traces.kepe'. Did you mean 'traces.keep'?",
      "~/settings.json: traces.keep must be a whole number from 1.",
      "~/settings.json: traces.maxSize must be a size such as "2GB".",
    ]
  `);
  expect(settingsOf({ traces: [1] }).warnings).toMatchInlineSnapshot(`
    [
      "~/settings.json: traces must be an object such as {"keep": 1000, "maxSize": "2GB"}.",
    ]
  `);
});

test('a settings file that is not a JSON object is one warning', () => {
  expect(settingsOf('{"theme": ').warnings).toMatchInlineSnapshot(`
    [
      "~/settings.json cannot be read: line 1, column 11: the text ends where a value should be.",
    ]
  `);
  expect(settingsOf('[]').warnings).toMatchInlineSnapshot(`
    [
      "~/settings.json: The settings must be one JSON object, such as {"theme": "light"}.",
    ]
  `);
});

test('command-line flags override settings', () => {
  const settings = { ...defaultSettings, theme: 'light', mouse: true } as const;
  expect(withFlags(settings, { theme: 'dark', mouse: false, fps: 30 })).toEqual({
    ...settings,
    theme: 'dark',
    mouse: false,
    fps: 30,
  });
  expect(withFlags(settings, {})).toEqual(settings);
});

test('sizes are parsed in the units in which they are printed', () => {
  expect(['2GB', '500 MB', '1.5kb', '42', '7b', '1T'].map(parseBytes)).toEqual([2e9, 5e8, 1500, 42, 7, 1e12]);
  expect(['', 'GB', '2XB', '-1', '1e3', '1 G B'].map(parseBytes)).toEqual(Array(6).fill(undefined));
});

test('a run with an unreadable settings file continues and prints one warning', async () => {
  const { env, pflow, write } = workspace();
  mkdirSync(env['PFLOW_HOME']!, { recursive: true });
  write('.home/settings.json', '{"theme": ');
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  const { code, stdout, stderr } = await pflow(['-p', 'wf.json']);
  expect([code, stdout]).toEqual([0, 'hello\n']);
  expect(stderr.match(/settings\.json cannot be read/g)).toHaveLength(1);
});
