import { EventEmitter } from 'node:events';
import { textWidth } from '../lib/text/text-width.js';
import { LineMarks } from './line-marks.js';

/** The part of a terminal's output stream that the screen needs. */
export type TerminalOutput = Readonly<{ write(text: string): boolean; columns?: number; rows?: number }> &
  Pick<NodeJS.EventEmitter, 'on' | 'off'>;

// The title is put on the terminal's stack, and what is said in it meanwhile is gone at the end.
const enterCodes = '\x1b[22;0t\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J\x1b[H';
// Everything that this program or a library under it may have switched on, whether or not it did.
const leaveCodes =
  '\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l\x1b[23;0t';

/**
 * The stdout that Ink writes to. It takes whole frames and sends only the lines that changed, each to its own place,
 * without ever clearing: nothing can flicker, and a width that a terminal counts differently damages one line at most.
 */
export class FrameStdout extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  /** What stands for whole lines in the frames that are written here. */
  readonly marks = new LineMarks();
  #shown: readonly string[] = [];
  #active = false;

  constructor(private readonly terminal: TerminalOutput) {
    super();
  }

  /** What Ink takes for the width of the terminal: a line is one mark wide, whatever it stands for. */
  readonly columns = 1;

  get rows(): number {
    return this.size.rows;
  }

  /** The cells of the terminal. */
  get size(): { columns: number; rows: number } {
    return { columns: this.terminal.columns || 80, rows: this.terminal.rows || 24 };
  }

  /** Takes the screen: the alternate one, so that what stood in the terminal comes back at the end. */
  enter(): void {
    this.#active = true;
    this.#shown = [];
    this.terminal.write(enterCodes);
  }

  /** Gives the screen back as it was. Safe to call at any time, and more than once. */
  leave(): void {
    if (!this.#active) return;
    this.#active = false;
    this.terminal.write(leaveCodes);
  }

  /** Forgets what is on the screen, so that the next frame is sent whole. */
  invalidate(): void {
    this.#shown = [];
    if (this.#active) this.terminal.write('\x1b[0m\x1b[2J');
  }

  /** Sends what is no part of a frame: modes, the title, the clipboard. */
  send(codes: string): void {
    if (this.#active && codes !== '') this.terminal.write(codes);
  }

  /** What Ink calls, with a whole frame each time. Its cursor codes are none of its business here. */
  write(text: string): boolean {
    if (this.#active && !isCursorCode(text)) this.#show(this.marks.expand(text));
    return true;
  }

  #show(lines: readonly string[]): void {
    const count = Math.min(this.rows, Math.max(lines.length, this.#shown.length));
    let changes = '';
    for (let y = 0; y < count; y++) {
      const line = lines[y] ?? '';
      if (this.#shown[y] !== line)
        changes += `\x1b[${y + 1};1H\x1b[0m${line}\x1b[0m${this.#wipeBehind(line)}`;
    }
    this.#shown = lines;
    // A terminal that knows synchronized output shows the changes at once; others ignore the two marks.
    if (changes !== '') this.terminal.write(`\x1b[?2026h${changes}\x1b[?2026l`);
  }

  /** Without wrapping the cursor stays on the last cell of a full line, and wiping from there would take that cell. */
  #wipeBehind(line: string): string {
    return textWidth(line.replaceAll(COLOURS, '')) < this.size.columns ? '\x1b[K' : '';
  }
}

const COLOURS = /\x1b\[[\d;:]*m/g;

function isCursorCode(text: string): boolean {
  return /^(\x1b\[\?(25|2026)[hl])*$/.test(text);
}
