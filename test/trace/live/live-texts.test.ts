import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LiveFile, openLiveFile, toLivePath } from '../../../src/trace/live/live-file.js';
import { LiveTexts } from '../../../src/trace/live/live-texts.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';

const key = `sk-${'a1B2c3D4'.repeat(6)}`;
const createTexts = () =>
  new LiveTexts(() => createRedactor({ env: { MY_TOKEN: 'correct-horse-battery' } }), 0);

test('no prefix of a secret is shown, however the text is split into chunks', () => {
  const texts = createTexts();
  const whole = `The key is ${key} and the token correct-horse-battery is known. `;
  for (let length = 1; length <= whole.length; length++) {
    texts.set(1, whole.slice(0, length));
    const shown = texts.textOf(1)!;
    expect(shown).not.toMatch(/sk-a|correct/);
  }
  expect(texts.textOf(1)).toMatch(
    /^The key is \[secret:[^\]]+\] and the token \[secret:[^\]]+\] is known\. $/,
  );
});

test('the total size of live texts is bounded, and the least recently grown one is dropped first', () => {
  const texts = createTexts();
  for (let span = 1; span <= 5; span++) texts.set(span, `${'word '.repeat(4000)}\n`);
  expect([1, 2, 3, 4, 5].map((span) => texts.textOf(span) !== undefined)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(JSON.stringify(texts).length).toBeLessThanOrEqual(1 << 16);
  texts.set(3, undefined);
  expect(texts.textOf(3)).toBeUndefined();
});

test('the live file contains the shown texts, is readable by its owner only, and is deleted at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = toLivePath(join(folder, 'trace-x.jsonl'));
  const texts = createTexts();
  const file = new LiveFile(path, texts);
  const reader = openLiveFile(path);
  expect(reader.textOf(7)).toBeUndefined();
  texts.set(7, `Almost: ${key} is masked. `);
  file.touch();
  await expect.poll(() => reader.textOf(7)).toMatch(/^Almost: \[secret:[^\]]+\] is masked\. $/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(reader.textOf(8)).toBeUndefined();
  texts.set(7, undefined);
  file.touch();
  await expect.poll(() => reader.textOf(7)).toBeUndefined();
  file.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a live file that is not a JSON object contains no texts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [i, content] of ['{"1": "torn', '[]', 'null', '{"1": 5, "__proto__": "x"}'].entries()) {
    const path = join(folder, `${i}.live`);
    writeFileSync(path, content);
    expect(openLiveFile(path).textOf(1)).toBeUndefined();
  }
});
