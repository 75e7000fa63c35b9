import { NumberList } from '../../lib/data/number-list.js';
import type { TraceEvent } from './event.js';
import { eventOf, PhaseStarted, phaseNames, SpanEnded, type LeanEvent } from './lean-event.js';

/** Stand in the third column, where a phase has its parent and which phase it is. */
const ENDED = -1;
const KEPT = -2;

/**
 * The events of a run in order. Of the starts of phases and of plain ends, which are most of them, three numbers are kept:
 * as objects they would be most of what the garbage collector has to carry along.
 */
export class EventList {
  readonly #ats = new NumberList();
  /** The span of what is kept as numbers; the place among the others of anything else. */
  readonly #spans = new NumberList();
  readonly #kinds = new NumberList();
  readonly #others: (TraceEvent | LeanEvent)[] = [];

  get length(): number {
    return this.#ats.length;
  }

  /** Adds what was reported, whose `seq` is its place here. */
  push(reported: TraceEvent | LeanEvent): void {
    this.#ats.push(reported.at);
    if (reported instanceof SpanEnded) {
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

  /** The event at a place, which is there. */
  at(seq: number): TraceEvent {
    const span = this.#spans.at(seq)!;
    const kind = this.#kinds.at(seq)!;
    if (kind === KEPT) return eventOf(this.#others[span]!);
    const lean = kind === ENDED ? new SpanEnded(span) : phaseStarted(span, kind);
    lean.seq = seq;
    lean.at = this.#ats.at(seq)!;
    return lean.toEvent();
  }
}

function phaseStarted(span: number, kind: number): PhaseStarted {
  const phase = kind % phaseNames.length;
  return new PhaseStarted(span, phaseNames[phase]!, (kind - phase) / phaseNames.length);
}
