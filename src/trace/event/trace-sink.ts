import type { Captured } from './captured.js';
import type { EventBody } from './event.js';
import type { LeanEvent } from './lean-event.js';

/**
 * Where the wrappers report to. The run's MetricsCollector is one; a test may bring its own. Everything handed to `emit`
 * is already captured: a sink never sees a live object of the workflow. A sink of one's own hands it to a TraceLog, which
 * stamps it, or asks `eventOf` for the event.
 */
export interface TraceSink {
  emit(report: EventBody | LeanEvent): void;
  /** The next span id: 1, 2, 3 … unique in the run. */
  nextSpan(): number;
  /**
   * The value as the trace may hold it: bounded, JSON-safe, redacted (`key` is the name it stands under). `onObject` hears
   * every object met on the way, also in parts that are cut.
   */
  capture(value: unknown, key?: string, onObject?: (object: object) => void): Captured;
  /** Something that will still be reported: a run waits for it before it is finished. */
  settling?(pending: Promise<void>): void;
  /** Milliseconds since the run began. */
  now(): number;
}
