/** Defines the trace format: the schema and type of every event. */
import { z } from 'zod';
import type { Captured } from './captured.js';
import { isCaptured } from './captured-check.js';
import { TRACE_FORMAT } from './event-format.js';

const captured = z.custom<Captured>(isCaptured);
const capturedRecord = z.record(z.string(), captured);
const count = z.number().nonnegative();

/** In ms: added to the time that a run started at, it stays within what a Date can represent (±8.64e15). */
const MAX_AT = 8e15;

/** Fields of every event: its position in the stream, and milliseconds since the run started (monotonic). */
const stamp = { seq: z.number().int().nonnegative(), at: z.number().nonnegative().max(MAX_AT) };

export const spanKinds = ['stage', 'node', 'attempt', 'phase', 'item', 'llm', 'workflow'] as const;
export type SpanKind = (typeof spanKinds)[number];

export const spanStatuses = ['ok', 'failed', 'cancelled', 'skipped'] as const;
export type SpanStatus = (typeof spanStatuses)[number];

/** `cancelled` and `budget`: the run was stopped although no code failed. */
export const runStatuses = ['ok', 'failed', 'cancelled', 'budget'] as const;
export type RunStatus = (typeof runStatuses)[number];

const tracedError = z.looseObject({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  hint: z.string().optional(),
  stack: z.string().optional(),
});
/** An error as a trace stores it; `hint` says what to do about it. */
export type TracedError = z.infer<typeof tracedError>;

/** The canonical usage record of usage/: inclusive counts, each absent where it was not reported. */
const warnings: z.ZodType<readonly string[]> = z.array(z.string());
const usageFields = {
  input: count.optional(),
  cacheRead: count.optional(),
  cacheWrite: count.optional(),
  cacheWrite5m: count.optional(),
  cacheWrite1h: count.optional(),
  inputAudio: count.optional(),
  inputImage: count.optional(),
  inputVideo: count.optional(),
  cacheReadAudio: count.optional(),
  cacheReadImage: count.optional(),
  output: count.optional(),
  reasoning: count.optional(),
  outputAudio: count.optional(),
  outputImage: count.optional(),
  outputVideo: count.optional(),
  citation: count.optional(),
  total: count.optional(),
  webSearches: count.optional(),
  socialSearches: count.optional(),
  fileSearches: count.optional(),
  rerankSearches: count.optional(),
  codeCalls: count.optional(),
  containers: count.optional(),
  requests: count.optional(),
  images: count.optional(),
  seconds: count.optional(),
  pages: count.optional(),
  characters: count.optional(),
  serviceTier: z.string().optional(),
  inferenceGeo: z.string().optional(),
  searchContext: z.string().optional(),
  reportedCostUsd: count.optional(),
  reportedCostSource: z.enum(['provider', 'gateway', 'tool']).optional(),
  unconsumed: z.record(z.string(), count).optional(),
  incomplete: z.literal(true).optional(),
  mayOverlap: z.literal(true).optional(),
  source: z.string(),
  convention: z.enum(['inclusive', 'exclusive', 'proved-by-total', 'assumed']),
  warnings,
};
const usagePart = z.looseObject({
  model: z.string(),
  provider: z.string().optional(),
  usage: z.looseObject(usageFields),
});
const usageParts: z.ZodType<readonly z.infer<typeof usagePart>[]> = z.array(usagePart);
const usage = z.looseObject({
  ...usageFields,
  /** One part per model, when a response used several. */
  parts: usageParts.optional(),
});

const runStarted = z.looseObject({
  ...stamp,
  type: z.literal('run.started'),
  format: z.literal(TRACE_FORMAT),
  version: z.number().int().positive(),
  run: z.string(),
  /** ISO wall clock time at `at` = 0. */
  startedAt: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  /** pflow version that wrote the trace. */
  pflow: z.string(),
  /** Process id of the writer, so that a follower can detect a dead writer. */
  pid: z.number().int().optional(),
  /** Identifies the machine, container and boot that `pid` is valid in: see writer-process.ts. */
  pidSpace: z.string().optional(),
  /** Display name of the run: the workflow's name, or the shortened request. */
  name: z.string(),
  request: z.string().optional(),
  params: capturedRecord,
  /** The selected model and the reason, e.g. "ANTHROPIC_API_KEY is set". */
  model: z
    .looseObject({
      provider: z.string(),
      model: z.string(),
      reason: z.string(),
      free: z.boolean().optional(),
    })
    .optional(),
  flags: z.looseObject({
    simulated: z.boolean(),
    capture: z.enum(['preview', 'full', 'none']),
    redact: z.boolean(),
    /** Spending limits; absent means unlimited. */
    limits: z
      .looseObject({
        maxCostUsd: count.optional(),
        maxTokens: count.optional(),
        maxDurationMs: count.optional(),
      })
      .optional(),
  }),
});

const workflowPlanned = z.looseObject({
  ...stamp,
  type: z.literal('workflow.planned'),
  /** The span of the nested workflow; absent for the run's own workflow, which is known before its stage starts. */
  span: z.number().int().optional(),
  origin: z.enum(['planned', 'saved', 'file', 'inline']),
  /** Whether a nested workflow's store is isolated; absent means layered over its parent's. */
  isolated: z.boolean().optional(),
  name: z.string(),
  /** The workflow as IR JSON. */
  ir: captured,
  nodes: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      purpose: z.string().optional(),
      /** Its side effects other than reading; `what` is a phrase like `writes "out.txt"`. */
      effects: z.array(z.looseObject({ effect: z.string(), what: z.string() })).optional(),
    }),
  ),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string(), action: z.string() })),
  /** Input values. */
  params: capturedRecord.optional(),
  /** Whether the user edited the plan. */
  edited: z.boolean().optional(),
});

const spanStarted = z.looseObject({
  ...stamp,
  type: z.literal('span.started'),
  /** 1, 2, 3 … unique in the trace. */
  span: z.number().int(),
  /** The containing span; absent for a root span. */
  parent: z.number().int().optional(),
  kind: z.enum(spanKinds),
  /** stage: planner or workflow; node: its id; phase: prep, exec or post; item: its index; llm: the model. */
  name: z.string(),
  /** The type of a node. */
  nodeType: z.string().optional(),
  /** Number of this visit of the node, from 1; absent means 1. */
  visit: z.number().int().optional(),
  /** attempt and llm spans: 1, 2, 3 … */
  attempt: z.number().int().optional(),
  /** item spans: the element's index in its batch, from 0, and the batch's size. */
  index: z.number().int().optional(),
  of: z.number().int().optional(),
  /** llm spans: the provider and model of the request. `free` marks local servers and offline rules. */
  provider: z.string().optional(),
  model: z.string().optional(),
  free: z.boolean().optional(),
});

const spanFinished = z.looseObject({
  ...stamp,
  type: z.literal('span.finished'),
  span: z.number().int(),
  status: z.enum(spanStatuses),
  /** The action that the node returned; absent means `default`. */
  action: z.string().optional(),
  error: tracedError.optional(),
});

const paramsResolved = z.looseObject({
  ...stamp,
  type: z.literal('params.resolved'),
  span: z.number().int(),
  /**
   * Per parameter: its template if it had one, the resolved value, and the store keys (JSON Pointers) that were read
   * for it.
   */
  params: z.record(
    z.string(),
    z.looseObject({ template: captured.optional(), value: captured, from: z.array(z.string()).optional() }),
  ),
});

const storeChanged = z.looseObject({
  ...stamp,
  type: z.literal('store.changed'),
  /** The span that made the change. */
  span: z.number().int(),
  /**
   * The store that changed; absent for the run's own. Batch items and nested workflows have a store of their own,
   * identified by the span that created it and layered over the parent's unless workflow.planned marks it isolated.
   */
  store: z.number().int().optional(),
  /** New values by JSON Pointer (RFC 6901): `/key` at the root, `/node/key` in a node's namespace. */
  set: capturedRecord,
  /** Deleted pointers; deletions apply before `set`. */
  deleted: z.array(z.string()).optional(),
});

const llmRequest = z.looseObject({
  ...stamp,
  type: z.literal('llm.request'),
  span: z.number().int(),
  /** Absent where only the usage of the request is known. */
  prompt: captured.optional(),
  system: captured.optional(),
  settings: capturedRecord.optional(),
  /** The tools offered, each with its size as JSON. */
  tools: z.array(z.looseObject({ name: z.string(), bytes: count })).optional(),
  toolChoice: captured.optional(),
  responseFormat: captured.optional(),
  /** Reasoning settings, as the provider names them. */
  thinking: captured.optional(),
  /** chat · responses · completion · embedding · rerank · speech · transcription · image · video · realtime. */
  api: z.string().optional(),
  /** Where it was sent, with a port that is not the scheme's own. */
  host: z.string().optional(),
  /** How the call became known; `node`: only from the usage that the node left. */
  seenBy: z.enum(['llm', 'tap', 'gateway', 'telemetry', 'node']).optional(),
  /** `guessed`: another span may have made the call. */
  attribution: z.enum(['known', 'guessed']).optional(),
});

const llmResponse = z.looseObject({
  ...stamp,
  type: z.literal('llm.response'),
  span: z.number().int(),
  text: captured.optional(),
  object: captured.optional(),
  finishReason: z.string().optional(),
  /** The model as the response names it. */
  model: z.string(),
  usage: usage.nullable(),
  usageOrigin: z.enum(['reported', 'estimated', 'none']),
  /** The provider's own usage object. */
  rawUsage: captured.optional(),
  /** Milliseconds from the request to the first chunk. */
  firstTokenMs: z.number().optional(),
  /** Reasoning text, as far as the provider shows it. */
  reasoning: captured.optional(),
  /** The tools that the model called. */
  toolCalls: z
    .array(z.looseObject({ id: z.string().optional(), name: z.string(), arguments: captured }))
    .optional(),
  /** Why the usage is missing or estimated, and what to do about it. */
  usageNote: z.string().optional(),
  /** The response broke off: text and usage are what had come until then. */
  incomplete: z.boolean().optional(),
  /** HTTP status. */
  status: z.number().int().optional(),
  /** The provider's ids of the request and the response. */
  ids: z.looseObject({ request: z.string().optional(), response: z.string().optional() }).optional(),
  /** Why the call cost nothing. */
  free: z.string().optional(),
  /** The response was received and billed but could not be used. */
  unusable: z.boolean().optional(),
});

const llmProgress = z.looseObject({
  ...stamp,
  type: z.literal('llm.progress'),
  span: z.number().int(),
  /** Estimated output tokens so far. */
  output: count,
});

const logWritten = z.looseObject({
  ...stamp,
  type: z.literal('log.written'),
  span: z.number().int(),
  stream: z.enum(['stdout', 'stderr', 'warning']),
  text: z.string(),
});

const controlChanged = z.looseObject({
  ...stamp,
  type: z.literal('control.changed'),
  /**
   * `asked` and `answered`: the run waits for the user to review its plan; the answer's `reason` describes the
   * decision.
   */
  change: z.enum([
    'paused',
    'resumed',
    'breakpoint',
    'asked',
    'answered',
    'budget-warned',
    'budget-exceeded',
    'cancel-requested',
  ]),
  span: z.number().int().optional(),
  reason: z.string().optional(),
});

const runFinished = z.looseObject({
  ...stamp,
  type: z.literal('run.finished'),
  status: z.enum(runStatuses),
  outputs: capturedRecord.optional(),
  /** Number of distinct secrets masked in the trace; absent if none. */
  masked: z.number().int().nonnegative().optional(),
  /** The node that failed, if any. */
  node: z.string().optional(),
  error: tracedError.optional(),
});

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
  logWritten,
  controlChanged,
  runFinished,
]);

export type KnownTraceEvent = Known<z.infer<typeof traceEventSchema>>;
export type TraceEventType = KnownTraceEvent['type'];
/** One event of a given type. */
export type EventOf<T extends TraceEventType> = Extract<KnownTraceEvent, { type: T }>;

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
