/** Defines the interface that the runtime emits events to. */
import type { Captured } from './captured.js';
import type { EventBody } from './event.js';
import type { CompactEvent } from './compact-event.js';

/**
 * Receives events from the wrappers. A run's MetricsCollector implements it; tests may use their own. Everything passed
 * to `emit` is already captured: a sink never sees a live object of the workflow. A custom sink forwards reports to a
 * TraceLog, which stamps them, or converts them with `toTraceEvent`.
 */
export interface TraceSink {
  emit(report: EventBody | CompactEvent): void;
  /** The next span id: 1, 2, 3 … unique in the run. */
  nextSpan(): number;
  /**
   * The captured form of a value: bounded, JSON-safe, redacted. `key` is the name it is stored under. `onObject` is
   * called for every object visited, also in truncated parts.
   */
  capture(value: unknown, key?: string, onObject?: (object: object) => void): Captured;
  /**
   * The text that a span in progress has produced so far, which is shown and not recorded; undefined once it is in an event.
   */
  stream?(span: number, textSoFar: string | undefined): void;
  /** Registers work that will still emit events: the run waits for it before it finishes. */
  settling?(pending: Promise<void>): void;
  /** Milliseconds since the run started. */
  now(): number;
}
