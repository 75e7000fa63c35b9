import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { copyText } from '../../src/tui/clipboard.js';

test('a text is copied to the clipboard by OSC 52', () => {
  const { codes, says } = copyText('héllo', 'value', {});
  expect(codes).toBe(`\x1b]52;c;${Buffer.from('héllo').toString('base64')}\x07`);
  expect(says).toBe('Copied the value, 6 B.');
});

test('control characters in a text cannot terminate the OSC 52 sequence', () => {
  const { codes } = copyText('\x07\x1b\\\x1b]0;title\x07', 'value', {});
  expect(codes).toMatch(/^\x1b\]52;c;[\w+/=]+\x07$/);
});

test('inside tmux the OSC 52 sequence is wrapped for passthrough', () => {
  expect(copyText('a', 'key', { TMUX: '/tmp/tmux-0/default,1,0' }).codes).toBe(
    '\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\',
  );
});

test('a text that is too long for OSC 52 is written to a file that only its owner can read', () => {
  const text = 'ä'.repeat(40_000);
  const { codes, says } = copyText(text, 'snapshot', {});
  expect(codes).toBe('');
  const path = /It is in (.*)\.$/.exec(says)![1]!;
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(dirname(path), { recursive: true });
});
