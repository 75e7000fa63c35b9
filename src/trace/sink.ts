import type { Captured } from './captured.js';
import type { EventBody } from './event.js';

/**
 * Where the wrappers report to. The run's MetricsCollector is one; a test may bring its own. Everything handed to `emit`
 * is already captured: a sink never sees a live object of the workflow.
 */
export interface TraceSink {
  emit(event: EventBody): void;
  /** The next span id: 1, 2, 3 … unique in the run. */
  nextSpan(): number;
  /** The value as the trace may hold it: bounded, JSON-safe, redacted. */
  capture(value: unknown, key?: string): Captured;
  /** Milliseconds since the run began. */
  now(): number;
}
