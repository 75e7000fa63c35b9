/** Stores the events of a run in order, keeping the commonest ones as three numbers each. */
import { NumberList } from '../../lib/data/number-list.js';
import type { TraceEvent } from './event.js';
import { toTraceEvent, PhaseStarted, phaseNames, SpanFinished, type CompactEvent } from './compact-event.js';

/** Sentinels in the third column, which otherwise encodes a phase's parent and name. */
const ENDED = -1;
const KEPT = -2;

/**
 * The events of a run in order. Starts of phases and ends of successful spans are most of a trace; as objects they
 * would dominate garbage collection, so each is stored as three numbers in typed arrays and decoded on access.
 */
export class EventList {
  readonly #ats = new NumberList();
  /** Span id of an event stored as numbers; index into `#others` for any other event. */
  readonly #spans = new NumberList();
  readonly #kinds = new NumberList();
  readonly #others: (TraceEvent | CompactEvent)[] = [];

  get length(): number {
    return this.#ats.length;
  }

  /** Appends an event; its `seq` must equal its index here. */
  push(reported: TraceEvent | CompactEvent): void {
    this.#ats.push(reported.at);
    if (reported instanceof SpanFinished) {
      this.#spans.push(reported.span);
      this.#kinds.push(ENDED);
    } else if (reported instanceof PhaseStarted) {
      this.#spans.push(reported.span);
      this.#kinds.push(reported.parent * phaseNames.length + phaseNames.indexOf(reported.name));
    } else {
      this.#spans.push(this.#others.push(reported) - 1);
      this.#kinds.push(KEPT);
    }
  }

  /** The event with this index, which must exist. */
  at(seq: number): TraceEvent {
    const span = this.#spans.at(seq)!;
    const kind = this.#kinds.at(seq)!;
    if (kind === KEPT) return toTraceEvent(this.#others[span]!);
    const lean = kind === ENDED ? new SpanFinished(span) : phaseStarted(span, kind);
    lean.seq = seq;
    lean.at = this.#ats.at(seq)!;
    return lean.toEvent();
  }
}

function phaseStarted(span: number, kind: number): PhaseStarted {
  const phase = kind % phaseNames.length;
  return new PhaseStarted(span, phaseNames[phase]!, (kind - phase) / phaseNames.length);
}
