import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { copyText } from '../../src/tui/clipboard.js';

test('a text goes into the clipboard by OSC 52', () => {
  const { codes, says } = copyText('héllo', 'value', {});
  expect(codes).toBe(`\x1b]52;c;${Buffer.from('héllo').toString('base64')}\x07`);
  expect(says).toBe('Copied the value, 6 B.');
});

test('no text can end the sequence early', () => {
  const { codes } = copyText('\x07\x1b\\\x1b]0;title\x07', 'value', {});
  expect(codes).toMatch(/^\x1b\]52;c;[\w+/=]+\x07$/);
});

test('tmux is asked to pass it on', () => {
  expect(copyText('a', 'key', { TMUX: '/tmp/tmux-0/default,1,0' }).codes).toBe(
    '\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\',
  );
});

test('what is too long for a terminal is left in a file that only its owner can read', () => {
  const text = 'ä'.repeat(40_000);
  const { codes, says } = copyText(text, 'snapshot', {});
  expect(codes).toBe('');
  const path = /It is in (.*)\.$/.exec(says)![1]!;
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(dirname(path), { recursive: true });
});
