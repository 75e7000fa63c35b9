import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fit, textWidth, truncate, wrap } from '../../../src/lib/text/text-width.js';

test('wide and combining characters have the width that a terminal gives them', () => {
  expect(['abc', '日本', 'e\u0301', '👍'].map(textWidth)).toEqual([3, 4, 1, 2]);
});

test('a text is truncated at whole characters with an ellipsis', () => {
  expect(truncate('日本語テキスト', 6)).toBe('日本…');
  expect(truncate('src/components/button.ts', 12, 'end')).toBe('…s/button.ts');
  expect(truncate('abc', 0)).toBe('');
});

test('fitted text has exactly the given width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.nat(40),
      (text, width) => textWidth(fit(text, width)) === width,
    ),
  );
});

test('wrapping drops only the spaces at line breaks and never exceeds the width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
      fc.integer({ min: 2, max: 40 }),
      (text, width) => {
        const lines = wrap(text, width);
        expect(lines.every((line) => textWidth(line) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', '').replaceAll('\n', ''));
      },
    ),
  );
});

test('a long non-ASCII line is wrapped without loss', () => {
  const line = 'é'.repeat(20_000);
  expect(wrap(line, 100).join('')).toBe(line);
});

test('the width of a character below U+3000 equals that of the width table', () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCharCode(code);
    expect([code, textWidth(character)]).toEqual([code, stringWidth(character)]);
  }
});

test('the width of a long text is the sum of its parts, also with lone surrogates', () => {
  const mixed = '日é👍';
  expect(textWidth(mixed.repeat(100_000))).toBe(100_000 * textWidth(mixed));
  expect(wrap('\udc00'.repeat(2000), 3000).join('')).toHaveLength(2000);
  expect(truncate('\ud83d'.repeat(2000) + 'é', 4000)).toHaveLength(2001);
});

test('a line that is broken at a space neither keeps the space nor breaks earlier than it must', () => {
  expect(wrap('aaaa bbbb cccc dddd', 4)).toEqual(['aaaa', 'bbbb', 'cccc', 'dddd']);
  expect(wrap('aaaa bbbb cccc dddd', 9)).toEqual(['aaaa bbbb', 'cccc dddd']);
  expect(wrap('aaaa   bbbb', 4)).toEqual(['aaaa', 'bbbb']);
  expect(wrap('aaaa ', 4)).toEqual(['aaaa']);
  expect(wrap('  indented text', 10)).toEqual(['  indented', 'text']);
});
