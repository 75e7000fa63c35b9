import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/lib/text-width.js';

test('every character is as wide by itself as the table of widths says', () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCharCode(code);
    expect(`${code.toString(16)} ${textWidth(character)}`).toBe(
      `${code.toString(16)} ${stringWidth(character)}`,
    );
  }
});

test('wide and combining characters are counted by what they take', () => {
  expect(textWidth('漢字')).toBe(4);
  expect(textWidth('é e\u0301 👩‍👩‍👧')).toBe(6);
  expect(textWidth('▏▎▍▌▋▊▉█ ⠋ ✓ – … ›')).toBe(18);
});
