import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { setJsonMember } from '../../../src/cli/args/edit-json.js';
import { saveScreenSetting } from '../../../src/cli/args/save-settings.js';
import { loadSettings } from '../../../src/cli/args/user-settings.js';

function home(text?: string): { env: { PFLOW_HOME: string }; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'settings.json');
  if (text !== undefined) writeFileSync(path, text);
  return { env: { PFLOW_HOME: folder }, path };
}

test('a setting chosen on the screen is saved in the `screen` section, and every other byte of the file is kept', () => {
  const text = '{\n\t"theme" : "dark",\n  "env": {"A":"}\\"{"},\r\n  "screen": {"fps": 20}\n}\n';
  const { env, path } = home(text);
  expect(saveScreenSetting('context', 'off', env)).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe(text.replace('{"fps"', '{ "context": "off","fps"'));
  expect(saveScreenSetting('context', 'below', env)).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe(text.replace('{"fps"', '{ "context": "below","fps"'));
  expect(loadSettings(env).screen).toMatchObject({ theme: 'dark', fps: 20, context: 'below' });
});

test('a missing settings file is created readable by its owner only', () => {
  const { env, path } = home();
  expect(saveScreenSetting('context', 'right', env)).toBeUndefined();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ screen: { context: 'right' } });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an invalid settings file is left unchanged, and the error names it', () => {
  for (const text of ['{"theme": ', '[]', '"dark"']) {
    const { env, path } = home(text);
    expect(saveScreenSetting('context', 'off', env)).toContain('settings.json');
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

test('setting a member of any JSON object changes only that member', () => {
  const member = fc.oneof(fc.string(), fc.constantFrom('screen', 'context'));
  fc.assert(
    fc.property(fc.dictionary(member, fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (object, indent) => {
      const before = JSON.stringify(object, null, indent);
      const after = JSON.parse(setJsonMember(before, 'screen', 'context', 'off')) as typeof object;
      // Parsed again, because JSON has no negative zero.
      const plain = JSON.parse(before) as typeof object;
      const { screen = {} } = plain;
      const isObject = typeof screen === 'object' && screen !== null && !Array.isArray(screen);
      expect(after).toEqual({ ...plain, screen: { ...(isObject ? screen : {}), context: 'off' } });
    }),
  );
});
