import { createProfile, type Profile, type ProfileOptions } from '../profile/run/profile.js';
import type { RunState, Totals } from '../profile/run/run-state.js';
import type { EventBody } from '../trace/event/event.js';
import type { CompactEvent } from '../trace/event/compact-event.js';
import type { TraceLog } from '../trace/write/event-log.js';
import type { TraceSink } from '../trace/event/trace-sink.js';

/**
 * The one collector of a run, in `shared["__metrics__"]`: what the wrappers report to, and where any node can read what
 * the run has cost so far. Reporting only appends to the log; the sums are made when somebody asks for them.
 */
export class MetricsCollector implements TraceSink {
  readonly capture: TraceSink['capture'];
  readonly #log: TraceLog;
  readonly #profile: Profile;
  readonly #pending = new Set<Promise<void>>();
  #lastSpan = 0;

  constructor(options: { log: TraceLog; capture: TraceSink['capture'] } & ProfileOptions) {
    this.#log = options.log;
    this.#profile = createProfile(options);
    this.capture = options.capture;
  }

  emit(report: EventBody | CompactEvent): void {
    this.#log.append(report);
  }

  nextSpan(): number {
    return ++this.#lastSpan;
  }

  now(): number {
    return this.#log.now();
  }

  settling(pending: Promise<void>): void {
    const settled = pending.catch(() => {}).then(() => void this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  /** Resolves when everything announced by `settling` has been reported or given up: the run can be finished. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** What the run has used and cost so far, planner and workflow together. */
  totals(): Totals {
    return this.state().totals;
  }

  /** The run as it stands. */
  state(): RunState {
    for (let i = this.#profile.state.events; i < this.#log.length; i++) this.#profile.apply(this.#log.at(i));
    return this.#profile.state;
  }

  /** It is no part of the workflow's data: JSON leaves it out. */
  toJSON(): undefined {
    return undefined;
  }
}
