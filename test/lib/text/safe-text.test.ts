import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeJson, safeText } from '../../../src/lib/text/safe-text.js';

test.each([
  ['\u001b[2J', '␛[2J'],
  ['a\rb', 'a␍b'],
  ['a\bb', 'a␈b'],
  ['\u0007', '␇'],
  ['\u007f', '␡'],
  ['a\tb', 'a    b'],
  ['\u009b31m', '‹U+009B›31m'],
  ['user\u202egnp.exe', 'user‹U+202E›gnp.exe'],
  ['a\u200bb', 'a‹U+200B›b'],
  ['\ufeffx', '‹U+FEFF›x'],
  ['a\u{e0041}b', 'a‹U+E0041›b'],
  ['\ud800', '\ufffd'],
  ['plain – ünï 日本 👍', 'plain – ünï 日本 👍'],
])('%j is made safe as %s', (text, safe) => expect(safeText(text)).toBe(safe));

test('newlines become visible characters unless they are kept', () => {
  expect([safeText('a\nb'), safeText('a\nb', { keepNewlines: true })]).toEqual(['a␊b', 'a\nb']);
});

test('safe text contains no control characters and is unchanged when made safe again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = safeText(text);
      // oxlint-disable-next-line no-control-regex
      expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
      expect(safeText(safe)).toBe(safe);
    }),
  );
});

test('control, bidirectional and zero-width characters in JSON are escaped, and the JSON stays equal', () => {
  const value = { 'k\u009b': 'a\u202eb\u200b\u007f\ufeff 👩\u200d💻 日本 \u{e0041}' };
  expect(safeJson(JSON.stringify(value))).toBe(
    '{"k\\u009b":"a\\u202eb\\u200b\\u007f\\ufeff 👩\\u200d💻 日本 \\udb40\\udc41"}',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = safeJson(JSON.stringify(text));
      expect(JSON.parse(json)).toBe(text);
      expect(json).not.toMatch(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    }),
  );
});
