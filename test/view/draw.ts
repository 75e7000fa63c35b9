import { reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { NO_BLOBS, type BlobStore } from '../../src/trace/blobs/blob-store.js';
import { lineText, type Line, type Viewport } from '../../src/view/base/frame.js';
import { press, type Effect } from '../../src/view/app/press.js';
import { initialUi, type Look, type UiState } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from '../support/prices.js';

/** A screen over some events, operated by keys. */
export class TestScreen {
  readonly run: RunState;
  readonly effects: Effect[] = [];
  viewport: Viewport;
  ui: UiState;

  constructor(events: Iterable<TraceEvent>, options: Partial<Look & Viewport> & { values?: BlobStore } = {}) {
    this.run = reduceEvents(events, { prices: testPrices, values: options.values ?? NO_BLOBS });
    this.viewport = {
      now: options.now ?? this.run.lastAt,
      columns: options.columns ?? 120,
      rows: options.rows ?? 40,
      ...(options.texts === undefined ? {} : { texts: options.texts }),
    };
    this.ui = initialUi({
      glyphs: options.glyphs ?? 'unicode',
      reducedMotion: options.reducedMotion ?? false,
      live: options.live ?? false,
    });
  }

  /** Presses keys by name: `press('j', 'j', 'enter', '4')`. */
  press(...names: string[]): this {
    for (const name of names) {
      const text = name === 'space' ? ' ' : [...name].length === 1 ? name : '';
      const pressed = press(this.ui, { name, text }, this.run, this.viewport);
      this.ui = pressed.ui;
      this.effects.push(...pressed.effects);
    }
    return this;
  }

  type(text: string): this {
    return this.press(...[...text].map((letter) => (letter === ' ' ? 'space' : letter)));
  }

  /** The lines of the frame with their styles. */
  frame(): readonly Line[] {
    return view(this.run, this.ui, this.viewport).lines;
  }

  /** The lines of the frame as text. */
  lines(): string[] {
    return this.frame().map((line) => lineText(line).trimEnd());
  }

  /** The frame between two margins, so that a snapshot shows trailing spaces. */
  text(): string {
    return `\n${this.lines().join('\n').trimEnd()}\n`;
  }

  /** The only line that contains all of these texts. */
  line(...parts: string[]): string {
    const found = this.lines().filter((line) => parts.every((part) => line.includes(part)));
    if (found.length !== 1)
      throw new Error(`${found.length} lines have ${parts.join(' and ')}:\n${this.text()}`);
    return found[0]!;
  }

  /** The label of the selected row. */
  get selected(): string {
    return (this.lines().find((line) => line.startsWith('❯')) ?? '')
      .slice(1)
      .trim()
      .split(/\s{2,}/)[0]!;
  }
}
