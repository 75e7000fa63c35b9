/** The stdout given to Ink: diffs frames by line and writes only the lines that changed. */

import { EventEmitter } from 'node:events';
import { textWidth } from '../../lib/text/text-width.js';
import { LineMarks } from './line-marks.js';

/** The subset of a terminal's output stream that the screen uses. */
export type TerminalOutput = Readonly<{ write(text: string): boolean; columns?: number; rows?: number }> &
  Pick<NodeJS.EventEmitter, 'on' | 'off'>;

// Push the window title on the terminal's stack, so that the original is restored on exit.
const enterCodes = '\x1b[22;0t\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J\x1b[H';
// Reset every mode that this program or a library may have set, whether or not it did.
const leaveCodes =
  '\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l\x1b[23;0t';

/**
 * The stdout that Ink writes to. It receives full frames and sends only the changed lines, each positioned absolutely and
 * without a full clear: nothing flickers, and a character whose width the terminal disagrees on corrupts one line at most.
 */
export class FrameStdout extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  /** The marks that represent painted lines in the frames written here. */
  readonly marks = new LineMarks();
  #shown: readonly string[] = [];
  /** The frame that was written last, whether or not it is still on the screen. */
  #written: readonly string[] = [];
  #active = false;

  constructor(private readonly terminal: TerminalOutput) {
    super();
  }

  /** The terminal width that Ink sees: a line is a mark, or two where regions are side by side. */
  readonly columns = 2;

  get rows(): number {
    return this.size.rows;
  }

  /** The width of the terminal in cells. */
  get size(): { columns: number; rows: number } {
    return { columns: this.terminal.columns || 80, rows: this.terminal.rows || 24 };
  }

  /** Enters the alternate screen, so that the previous content is restored on exit. */
  enter(): void {
    this.#active = true;
    this.#shown = [];
    this.terminal.write(enterCodes);
  }

  /** Leaves the alternate screen. Idempotent, and safe at any time. */
  leave(): void {
    if (!this.#active) return;
    this.#active = false;
    this.terminal.write(leaveCodes);
  }

  /** Invalidates the last frame, so that the next one is sent in full. */
  invalidate(): void {
    this.#shown = [];
    if (this.#active) this.terminal.write('\x1b[0m\x1b[2J');
  }

  /** Sends a sequence outside any frame: modes, the title, the clipboard. */
  send(codes: string): void {
    if (this.#active && codes !== '') this.terminal.write(codes);
  }

  /** Called by Ink with a full frame each time. Its cursor codes are stripped. */
  write(text: string): boolean {
    if (isCursorCode(text)) return true;
    this.#written = this.marks.expand(text);
    this.refresh();
    return true;
  }

  /** Sends what has changed since the last frame, or the whole frame if it was invalidated. */
  refresh(): void {
    if (this.#active && this.#shown !== this.#written) this.#show(this.#written);
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
    // Synchronized output (mode 2026) makes the update atomic; terminals without it ignore the two sequences.
    if (changes !== '') this.terminal.write(`\x1b[?2026h${changes}\x1b[?2026l`);
  }

  /** With autowrap off, the cursor stays on the last cell of a full line, and erasing from there would erase that cell. */
  #wipeBehind(line: string): string {
    return textWidth(line.replaceAll(CODES, '')) < this.size.columns ? '\x1b[K' : '';
  }
}

/** Colours and links, which take no cells. */
const CODES = /\x1b\[[\d;:]*m|\x1b\]8;;[^\x1b]*\x1b\\/g;

function isCursorCode(text: string): boolean {
  return /^(\x1b\[\?(25|2026)[hl])*$/.test(text);
}
