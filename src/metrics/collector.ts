/** Collects the events of a run and computes its metrics. */
import { createProfile, type Profile, type ProfileOptions } from '../profile/run/profile.js';
import type { RunState, Totals } from '../profile/run/run-state.js';
import type { EventBody } from '../trace/event/event.js';
import type { CompactEvent } from '../trace/event/compact-event.js';
import type { TraceLog } from '../trace/write/event-log.js';
import type { TraceSink } from '../trace/event/trace-sink.js';

/**
 * The collector of a run, stored at `shared["__metrics__"]`: the sink of the wrappers, from which any node can read
 * what the run has used so far. Emitting only appends to the log; totals are computed on demand.
 */
export class MetricsCollector implements TraceSink {
  readonly capture: TraceSink['capture'];
  readonly stream: NonNullable<TraceSink['stream']>;
  readonly #log: TraceLog;
  readonly #profile: Profile;
  readonly #pending = new Set<Promise<void>>();
  #lastSpan = 0;

  constructor(
    options: { log: TraceLog; capture: TraceSink['capture']; stream?: TraceSink['stream'] } & ProfileOptions,
  ) {
    this.#log = options.log;
    this.#profile = createProfile(options);
    this.capture = options.capture;
    this.stream = options.stream ?? (() => {});
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

  /** Resolves when all work registered by `settling` has settled: the run can then finish. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Usage and cost so far, planner and workflow together. */
  totals(): Totals {
    return this.state().totals;
  }

  /** The state of the run so far. */
  state(): RunState {
    for (let i = this.#profile.state.events; i < this.#log.length; i++) this.#profile.apply(this.#log.at(i));
    return this.#profile.state;
  }

  /** Excluded from JSON: it is not part of the workflow's data. */
  toJSON(): undefined {
    return undefined;
  }
}
