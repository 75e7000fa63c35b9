/** Defines telemetry as it was received: spans, log records and metric points with plain values. */

/** Attributes by name. Values are plain JSON; 64-bit integers are numbers where these are exact, otherwise decimal strings. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Where telemetry comes from: the program, as it describes itself, and the instrumentation. */
export type Origin = Readonly<{ resource: Attributes; scope: string }>;

/** A span. Ids are lowercase hexadecimal; times are in ms since 1970, exact to about 0.25 µs. */
export type ReceivedSpan = Origin &
  Readonly<{
    traceId: string;
    spanId: string;
    /** Absent for a root span. */
    parentSpanId?: string;
    name: string;
    startMs: number;
    /** Absent where the span has not finished, or its end was lost. */
    endMs?: number;
    attributes: Attributes;
    events: readonly ReceivedEvent[];
    links: readonly Readonly<{ traceId: string; spanId: string }>[];
    failed: boolean;
    statusMessage?: string;
  }>;

export type ReceivedEvent = Readonly<{ name: string; atMs: number; attributes: Attributes }>;

/** A log record; `name` is the event name, from its own field or its attributes. */
export type ReceivedLog = Origin &
  Readonly<{
    name?: string;
    atMs: number;
    severity: number;
    body: unknown;
    attributes: Attributes;
    traceId?: string;
    spanId?: string;
  }>;

/** A data point of a sum or a gauge, or the sum of a histogram's point. */
export type ReceivedPoint = Origin &
  Readonly<{ metric: string; atMs: number; value: number; delta: boolean; attributes: Attributes }>;

/** Everything in one message. */
export type Received = Readonly<{
  spans: readonly ReceivedSpan[];
  logs: readonly ReceivedLog[];
  points: readonly ReceivedPoint[];
}>;
