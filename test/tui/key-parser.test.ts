import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyParser } from '../../src/tui/key-parser.js';

const keysOf = (...chunks: string[]) => {
  const parser = createKeyParser();
  const keys = chunks.flatMap((chunk) => parser.push(chunk));
  return [...keys, ...(parser.pending ? parser.flush() : [])].map(({ name }) => name);
};

test('letters, control characters and named keys are parsed', () => {
  expect(keysOf('jG ?\r\t\x7f\x03\x15')).toEqual([
    'j',
    'G',
    'space',
    '?',
    'enter',
    'tab',
    'backspace',
    'ctrl+c',
    'ctrl+u',
  ]);
  expect(keysOf('\x1b[A\x1bOB\x1b[5~\x1b[H\x1b[4~\x1b[Z')).toEqual([
    'up',
    'down',
    'pageup',
    'home',
    'end',
    'shift+tab',
  ]);
});

test('a burst of input is parsed into individual keys', () => {
  expect(keysOf('jjj\x1b[Bjj')).toEqual(['j', 'j', 'j', 'down', 'j', 'j']);
});

test('Esc is a key of its own when no sequence follows, and does not swallow the next key', () => {
  expect(keysOf('\x1b')).toEqual(['esc']);
  expect(keysOf('\x1bq')).toEqual(['esc', 'q']);
  expect(keysOf('\x1b\x1b[A')).toEqual(['esc', 'up']);
});

test('an escape sequence may be split over several chunks', () => {
  expect(keysOf('\x1b', '[', 'A')).toEqual(['up']);
  expect(keysOf('\x1b[200~pas', 'ted q\x1b[20', '1~j')).toEqual(['paste', 'j']);
});

test('pasted text is one paste event and presses no keys', () => {
  const parser = createKeyParser();
  expect(parser.push('\x1b[200~quit\nq\x1b[A\x1b[201~')).toEqual([{ name: 'paste', text: 'quit\nq\x1b[A' }]);
});

test('focus reports, button releases and other mouse buttons are ignored', () => {
  expect(keysOf('\x1b[<0;10;5m\x1b[<2;10;5M\x1b[I\x1b[Oj')).toEqual(['j']);
});

test.each([
  ['\x1b]11;rgb:ffff/ffff/ffff\x1b\\', 'light'],
  ['\x1b]11;rgb:1e/1e/2e\x07', 'dark'],
  ['\x1b]11;rgba:f/f/f/f\x07', 'light'],
])('the response to the background query is not a key press: %j', (answer, theme) => {
  for (let cut = 1; cut < answer.length; cut++) {
    const parser = createKeyParser();
    const keys = [...parser.push(`j${answer.slice(0, cut)}`), ...parser.push(`${answer.slice(cut)}k`)];
    expect(keys.map(({ name, text }) => `${name} ${text}`)).toEqual(['j j', `background ${theme}`, 'k k']);
  }
});

test('the parser buffers a response to the background query once it is recognizable, and drops an invalid one', () => {
  const parser = createKeyParser();
  expect(parser.push('\x1b]11;rgb:ff')).toEqual([]);
  expect(parser.pending).toBe(false);
  expect(keysOf('\x1b]11;what?\x07j', `\x1b]11;${'f'.repeat(80)}`, 'k')).toEqual(['j', 'k']);
  expect(keysOf('\x1b]1', '\x1b]', '\x1b]q')).toEqual(['esc', ']', '1', 'esc', ']', 'esc', ']', 'q']);
});

test('mouse reports are parsed as wheel and click events with their cell', () => {
  expect(createKeyParser().push('\x1b[<0;10;5M\x1b[<64;1;1M\x1b[<65;300;90M')).toEqual([
    { name: 'click', text: '', x: 9, y: 4 },
    { name: 'wheel-up', text: '' },
    { name: 'wheel-down', text: '' },
  ]);
});

test('the parsed keys do not depend on how the input is split into chunks', () => {
  const key = fc.constantFrom(
    'j',
    'q',
    '漢',
    '🙂',
    '\r',
    '\x1b[A',
    '\x1b[5~',
    '\x1bOH',
    '\x1b[200~a b\x1b[201~',
    '\x03',
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 5 })), (keys, sizes) => {
      const text = keys.join('');
      const whole = createKeyParser().push(text);
      const parser = createKeyParser();
      const characters = [...text];
      const pieces: string[] = [];
      for (let i = 0; characters.length > 0; i++) pieces.push(characters.splice(0, sizes[i] ?? 3).join(''));
      expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(whole);
    }),
  );
});
