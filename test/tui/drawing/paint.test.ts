import { expect, test } from 'vitest';
import { supportsHyperlinks } from '../../../src/lib/text/hyperlink.js';
import { createPainter } from '../../../src/tui/drawing/paint.js';
import type { Line } from '../../../src/view/base/frame.js';
import { colourDepth, stylesOf, type StyleName } from '../../../src/view/base/theme.js';

const line: Line = [
  { text: 'ok', style: 'ok' },
  { text: ' ' },
  { text: '▍', style: 'bar-llm', inverse: true },
];

test('colours are encoded for truecolor, 256 and 16 colours', () => {
  expect(createPainter('truecolor')(line)).toBe(
    '\x1b[38;2;0;158;115mok\x1b[0m \x1b[7;38;2;230;159;0m▍\x1b[0m'.replace(
      '7;38;2;230;159;0',
      '38;2;230;159;0;7',
    ),
  );
  expect(createPainter('256')(line)).toBe('\x1b[38;5;35mok\x1b[0m \x1b[38;5;178;7m▍\x1b[0m');
  expect(createPainter('16')(line)).toBe('\x1b[32mok\x1b[0m \x1b[33;7m▍\x1b[0m');
});

test('without colours only bold and inverse are written', () => {
  const paint = createPainter('none');
  for (const style of Object.keys(stylesOf('dark')) as StyleName[]) {
    // oxlint-disable-next-line no-control-regex
    const codes = [...paint([{ text: 'x', style, selected: true }]).matchAll(/\x1b\[([\d;]*)m/g)].flatMap(
      ([, list]) => list!.split(';'),
    );
    expect(codes.filter((code) => !['0', '1', '2', '4', '7'].includes(code))).toEqual([]);
  }
});

test('adjacent segments with one style share one escape sequence, and painted lines are memoized by identity', () => {
  const paint = createPainter('16');
  expect(
    paint([
      { text: 'a', style: 'dim' },
      { text: 'b', style: 'dim' },
    ]),
  ).toBe('\x1b[2mab\x1b[0m');
  expect(paint(line)).toBe(paint(line));
});

test('the environment variables determine the colour depth', () => {
  expect(colourDepth({ COLORTERM: 'truecolor', TERM: 'xterm-256color' })).toBe('truecolor');
  expect(colourDepth({ TERM: 'xterm-256color' })).toBe('256');
  expect(colourDepth({ TERM: 'xterm' })).toBe('16');
  expect(colourDepth({ TERM: 'dumb' })).toBe('none');
  expect(colourDepth({ NO_COLOR: '1', COLORTERM: 'truecolor' })).toBe('none');
  expect(colourDepth({ FORCE_COLOR: '2', TERM: 'dumb' })).toBe('256');
  expect(colourDepth({ FORCE_COLOR: '0', COLORTERM: 'truecolor' })).toBe('none');
});

test('control characters in a segment are never written, even if a view did not escape them', () => {
  const hostile = '\x1b]52;c;aGk=\x07\x9b31m\u202e\x7f\r\n';
  expect(createPainter('none')([{ text: hostile }])).toBe('␛]52;c;aGk=␇‹U+009B›31m‹U+202E›␡␍␊');
  expect(createPainter('16')([{ text: hostile, style: 'dim' }])).toBe(
    '\x1b[2m␛]52;c;aGk=␇‹U+009B›31m‹U+202E›␡␍␊\x1b[0m',
  );
});

test('with high contrast the selection is inverse video, and nothing is faint', () => {
  const paint = createPainter('truecolor', 'dark', { highContrast: true });
  expect(paint([{ text: 'a', style: 'dim' }])).toBe('a');
  expect(paint([{ text: 'a', style: 'ok', selected: true }])).toBe('\x1b[38;2;61;220;151;7ma\x1b[0m');
  const own = createPainter('256', 'dark', { colours: { ok: '#ff0000' } });
  expect(own([{ text: 'a', style: 'ok' }])).toBe('\x1b[38;5;196ma\x1b[0m');
});

test('a path is a link where the terminal supports that, and no byte of it is interpreted', () => {
  const line = [{ text: 'trace', link: '/tmp/a b.jsonl', style: 'dim' as const }];
  expect(createPainter('16', 'dark', { links: true })(line)).toBe(
    '\x1b[2m\x1b]8;;file:///tmp/a%20b.jsonl\x1b\\trace\x1b]8;;\x1b\\\x1b[0m',
  );
  expect(createPainter('16', 'dark')(line)).toBe('\x1b[2mtrace\x1b[0m');
  for (const evil of ['/a\x1b\\\x1b]52;c;aGk=\x07', '/\x00\x07\x9b31m', '/\u202e漢\ud800', '/a\nb;id=1;']) {
    const painted = createPainter('none', 'dark', { links: true })([{ text: evil, link: evil }]);
    const [, address, rest] = /^\x1b\]8;;(.*?)\x1b\\(.*)\x1b\]8;;\x1b\\$/s.exec(painted)!;
    expect(address).toMatch(/^file:\/\/[\x21-\x7e]*$/);
    // oxlint-disable-next-line no-control-regex -- the codes that must not be there
    expect(rest).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  }
  expect(createPainter('none', 'dark', { links: true })([{ text: 'a', link: 'javascript:alert(1)' }])).toBe(
    'a',
  );
});

test('terminals that are known to support links get them, multiplexers and unknown ones do not', () => {
  expect(supportsHyperlinks({ VTE_VERSION: '7006' })).toBe(true);
  expect(supportsHyperlinks({ TERM: 'xterm-kitty' })).toBe(true);
  expect(supportsHyperlinks({ TERM_PROGRAM: 'WezTerm', TMUX: '/tmp/tmux' })).toBe(false);
  expect(supportsHyperlinks({ TERM: 'xterm-256color' })).toBe(false);
  expect(supportsHyperlinks({ TERM: 'xterm', FORCE_HYPERLINK: '1' })).toBe(true);
  expect(supportsHyperlinks({ VTE_VERSION: '7006', FORCE_HYPERLINK: '0' })).toBe(false);
});
