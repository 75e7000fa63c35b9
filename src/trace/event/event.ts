/** Defines the trace format: the union of all events, by schema and by type. */
import { z } from 'zod';
import { callLinked, llmProgress, llmRequest, llmResponse } from './call-schema.js';
import { controlChanged, runFinished, runStarted, workflowPlanned } from './run-schema.js';
import {
  logWritten,
  paramsResolved,
  progressChanged,
  spanFinished,
  spanStarted,
  storeChanged,
} from './span-schema.js';

/** The contract between the writing and the reading side: one JSON object per line. */
export const traceEventSchema = z.discriminatedUnion('type', [
  runStarted,
  workflowPlanned,
  spanStarted,
  spanFinished,
  paramsResolved,
  storeChanged,
  llmRequest,
  llmResponse,
  llmProgress,
  callLinked,
  logWritten,
  progressChanged,
  controlChanged,
  runFinished,
]);

export type KnownTraceEvent = Known<z.infer<typeof traceEventSchema>>;
export type TraceEventType = KnownTraceEvent['type'];
/** One event of a given type. */
export type EventOf<T extends TraceEventType> = Extract<KnownTraceEvent, { type: T }>;

export type SpanKind = EventOf<'span.started'>['kind'];
export type SpanStatus = EventOf<'span.finished'>['status'];
export type RunStatus = EventOf<'run.finished'>['status'];
/** An error as a trace stores it; `hint` says what to do about it. */
export type TracedError = NonNullable<EventOf<'span.finished'>['error']>;

/** An event of a type unknown to this version: kept and counted, but not interpreted. */
export type UnknownTraceEvent = {
  seq: number;
  at: number;
  type: `unknown:${string}`;
  raw: Record<string, unknown>;
};

export type TraceEvent = KnownTraceEvent | UnknownTraceEvent;

/**
 * An event before the log stamps `seq` and `at`. A body that already has these fields as `UNSTAMPED` becomes the event
 * itself; any other is copied, which costs several times as much. Either way the caller must not use it afterwards.
 */
export type EventBody = KnownTraceEvent extends infer E
  ? E extends KnownTraceEvent
    ? Omit<E, 'seq' | 'at'> & Partial<Pick<E, 'seq' | 'at'>>
    : never
  : never;

/** Declared fields only: a looseObject's index signature would allow any field name. */
type Known<E> = E extends unknown ? { [K in keyof E as string extends K ? never : K]: E[K] } : never;
