import { createHistory, type History } from '../../src/profile/store/store-history.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { lineText, type Viewport } from '../../src/view/base/frame.js';
import { press, type Effect } from '../../src/view/app/press.js';
import { advance, resolveMoment } from '../../src/view/chrome/time-travel.js';
import { initialUi, type Look, type UiState } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from '../support/prices.js';

/** A screen with time travel over a run that may still receive events. */
export class MomentScreen {
  readonly history: History = createHistory({ prices: testPrices });
  readonly effects: Effect[] = [];
  ui: UiState;
  /** Milliseconds since the run started, for a live run. */
  now: number | undefined;

  constructor(
    events: Iterable<TraceEvent>,
    private readonly options: Partial<Look> & { columns?: number; rows?: number; now?: number } = {},
  ) {
    const { glyphs = 'unicode', reducedMotion = true, live = false } = options;
    this.now = options.now;
    this.ui = initialUi({ glyphs, reducedMotion, live });
    this.happen(events);
  }

  happen(events: Iterable<TraceEvent>): this {
    for (const event of events) this.history.apply(event);
    return this;
  }

  press(...names: string[]): this {
    for (const name of names) {
      const text = name === 'space' ? ' ' : [...name].length === 1 ? name : '';
      const { run, viewport } = this.moment();
      const pressed = press(this.ui, { name, text }, run, viewport);
      this.ui = pressed.ui;
      this.effects.push(...pressed.effects);
    }
    return this;
  }

  /** Advances wall time. */
  wait(ms: number): this {
    this.ui = advance(this.ui, ms, this.history);
    return this;
  }

  moment(): { run: RunState; viewport: Viewport } {
    const { history } = this;
    const source = { state: () => history.state, now: () => this.now ?? history.state.lastAt, history };
    const { run, now } = resolveMoment(source, this.ui);
    const { columns = 100, rows = 24 } = this.options;
    return { run, viewport: { now, columns, rows, timeline: history } };
  }

  lines(): string[] {
    const { run, viewport } = this.moment();
    return view(run, this.ui, viewport).lines.map((line) => lineText(line).trimEnd());
  }

  text(): string {
    return `\n${this.lines().join('\n').trimEnd()}\n`;
  }

  /** The last line, which shows the selected moment. */
  footer(): string {
    return this.lines().at(-1)!;
  }
}
