import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { FrameStdout } from '../../../src/tui/drawing/frame-stdout.js';

class FakeTerminal extends EventEmitter {
  columns = 80;
  rows = 4;
  written: string[] = [];
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  taken(): string {
    return this.written.splice(0).join('');
  }
}

function opened() {
  const terminal = new FakeTerminal();
  const frames = new FrameStdout(terminal);
  frames.enter();
  return { terminal, frames, entered: terminal.taken() };
}

test('only changed lines are written, each at its position', () => {
  const { terminal, frames } = opened();
  frames.write('a\nb\nc');
  terminal.taken();
  frames.write('a\nB\nc');
  expect(terminal.taken()).toBe('\x1b[?2026h\x1b[2;1H\x1b[0mB\x1b[0m\x1b[K\x1b[?2026l');
  frames.write('a\nB\nc');
  expect(terminal.taken()).toBe('');
});

test('a line that fills the screen is not followed by an erase sequence, which in tmux would erase its last cell', () => {
  const { terminal, frames } = opened();
  const full = `\x1b[38;5;74m${'─'.repeat(80)}\x1b[0m`;
  frames.write(`${full}\nshort`);
  expect(terminal.taken()).toBe(
    `\x1b[?2026h\x1b[1;1H\x1b[0m${full}\x1b[0m\x1b[2;1H\x1b[0mshort\x1b[0m\x1b[K\x1b[?2026l`,
  );
});

test('a shorter frame erases the lines it no longer has and writes nothing below the screen', () => {
  const { terminal, frames } = opened();
  frames.write('a\nb\nc\nd\ne\nf');
  expect(terminal.taken()).not.toContain('\x1b[5;1H');
  frames.write('a');
  expect(terminal.taken()).toContain('\x1b[4;1H\x1b[0m\x1b[0m\x1b[K');
});

test('no frame clears the screen', () => {
  const { terminal, frames } = opened();
  for (let i = 0; i < 50; i++) frames.write(`${i}\n${i % 3}\nsame`);
  expect(terminal.taken()).not.toMatch(/\x1b\[[23]J/);
});

test('after invalidation the next frame is written in full', () => {
  const { terminal, frames } = opened();
  frames.write('a\nb');
  frames.invalidate();
  terminal.taken();
  frames.write('a\nb');
  expect(terminal.taken()).toMatch(/a.*b/s);
});

test('leave restores every terminal mode that enter set, once, and no frame is written afterwards', () => {
  const { terminal, frames, entered } = opened();
  frames.leave();
  const left = terminal.taken();
  for (const mode of ['1049', '2004']) {
    expect(entered).toContain(`\x1b[?${mode}h`);
    expect(left).toContain(`\x1b[?${mode}l`);
  }
  for (const mode of ['25', '7']) {
    expect(entered).toContain(`\x1b[?${mode}l`);
    expect(left).toContain(`\x1b[?${mode}h`);
  }
  frames.leave();
  frames.write('late');
  frames.invalidate();
  expect(terminal.taken()).toBe('');
});
