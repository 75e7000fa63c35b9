import { z } from 'zod';
import type { Captured } from './captured.js';

/** The name and version of the format, written into the first event. A reader accepts newer minor additions. */
export const TRACE_FORMAT = 'pflow-trace';
export const TRACE_VERSION = 1;

const captured = z.custom<Captured>((value) => value !== undefined);
const capturedRecord = z.record(z.string(), captured);
const count = z.number().nonnegative();

/** Every event carries these: its place in the stream, and milliseconds since the run began (monotonic). */
const stamp = { seq: z.number().int().nonnegative(), at: z.number().nonnegative() };

export const spanKinds = ['stage', 'node', 'attempt', 'phase', 'item', 'llm', 'workflow'] as const;
export type SpanKind = (typeof spanKinds)[number];

export const spanStatuses = ['ok', 'failed', 'cancelled', 'skipped'] as const;
export type SpanStatus = (typeof spanStatuses)[number];

/** `cancelled` and `budget` are ends of a run that nobody's code failed. */
export const runStatuses = ['ok', 'failed', 'cancelled', 'budget'] as const;
export type RunStatus = (typeof runStatuses)[number];

const tracedError = z.looseObject({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  hint: z.string().optional(),
  stack: z.string().optional(),
});
/** An error as it stands in a trace; `hint` says what to do about it. */
export type TracedError = z.infer<typeof tracedError>;

/** The canonical usage, as usage/ makes it: inclusive counts, each absent where it was not reported. */
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
  /** Several models in one response: what each used. */
  parts: usageParts.optional(),
});

const runStarted = z.looseObject({
  ...stamp,
  type: z.literal('run.started'),
  format: z.literal(TRACE_FORMAT),
  version: z.number().int().positive(),
  run: z.string(),
  /** ISO wall clock time at `at` = 0. */
  startedAt: z.string(),
  /** The version of pflow that wrote the trace. */
  pflow: z.string(),
  /** The writing process, so that a follower can tell a live writer from a dead one. */
  pid: z.number().int().optional(),
  /** Where `pid` means that process: see writer.ts. */
  pidSpace: z.string().optional(),
  /** What to call the run: the workflow's name, or the request in short. */
  name: z.string(),
  request: z.string().optional(),
  params: capturedRecord,
  /** Which model was chosen and why; `reason` reads like "ANTHROPIC_API_KEY is set". */
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
    /** What the run may spend at most; absent is unlimited. */
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
  /** The span of the nested workflow it describes; absent for the run's own, which is known before its stage begins. */
  span: z.number().int().optional(),
  origin: z.enum(['planned', 'saved', 'file', 'inline']),
  /** Whether a nested workflow's store reads through to no other; absent means that it is layered over its parent's. */
  isolated: z.boolean().optional(),
  name: z.string(),
  /** The workflow as IR JSON. */
  ir: captured,
  nodes: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      purpose: z.string().optional(),
      /** What it does to the world besides reading: `what` reads like `writes "out.txt"`. */
      effects: z.array(z.looseObject({ effect: z.string(), what: z.string() })).optional(),
    }),
  ),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string(), action: z.string() })),
  /** The values of its inputs. */
  params: capturedRecord.optional(),
  /** Whether a person has changed what was planned. */
  edited: z.boolean().optional(),
});

const spanStarted = z.looseObject({
  ...stamp,
  type: z.literal('span.started'),
  /** 1, 2, 3 … unique in the trace. */
  span: z.number().int(),
  /** The span that contains it; absent for the outermost. */
  parent: z.number().int().optional(),
  kind: z.enum(spanKinds),
  /** stage: planner or workflow; node: its id; phase: prep, exec or post; item: its index; llm: the model. */
  name: z.string(),
  /** The type of a node. */
  nodeType: z.string().optional(),
  /** How often this node had been entered before, plus one; absent means 1. */
  visit: z.number().int().optional(),
  /** attempt and llm spans: 1, 2, 3 … */
  attempt: z.number().int().optional(),
  /** item spans: the element's index in its batch, from 0, and the batch's size. */
  index: z.number().int().optional(),
  of: z.number().int().optional(),
  /** llm spans: who was asked. `free` marks local servers and offline rules. */
  provider: z.string().optional(),
  model: z.string().optional(),
  free: z.boolean().optional(),
});

const spanFinished = z.looseObject({
  ...stamp,
  type: z.literal('span.finished'),
  span: z.number().int(),
  status: z.enum(spanStatuses),
  /** The action a node ended with; absent means `default`. */
  action: z.string().optional(),
  error: tracedError.optional(),
});

const paramsResolved = z.looseObject({
  ...stamp,
  type: z.literal('params.resolved'),
  span: z.number().int(),
  /** By parameter: the template where there was one, the value it resolved to, and the store keys (JSON Pointers) read for it. */
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
   * Which store: absent is the run's own. A batch item or a nested workflow works on a store of its own, named by the span
   * that opened it and layered over its parent's unless workflow.planned says that it is isolated.
   */
  store: z.number().int().optional(),
  /** New values by JSON Pointer (RFC 6901): `/key` at the root, `/node/key` in a node's namespace. */
  set: capturedRecord,
  /** Pointers that are gone. Deletions apply before `set`. */
  deleted: z.array(z.string()).optional(),
});

const llmRequest = z.looseObject({
  ...stamp,
  type: z.literal('llm.request'),
  span: z.number().int(),
  /** Absent where only the usage of the request became known. */
  prompt: captured.optional(),
  system: captured.optional(),
  settings: capturedRecord.optional(),
});

const llmResponse = z.looseObject({
  ...stamp,
  type: z.literal('llm.response'),
  span: z.number().int(),
  text: captured.optional(),
  object: captured.optional(),
  finishReason: z.string().optional(),
  /** The model that answered, as the response names it. */
  model: z.string(),
  usage: usage.nullable(),
  usageOrigin: z.enum(['reported', 'estimated', 'none']),
  /** The provider's own usage object. */
  rawUsage: captured.optional(),
  /** Milliseconds from the request to the first chunk. */
  firstTokenMs: z.number().optional(),
  /** The answer was received and paid for but could not be used. */
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
  /** `asked` and `answered`: the run waits for a person, about its plan; `reason` of the answer says what it is. */
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
  /** How many different secrets were masked in the trace; absent where none was. */
  masked: z.number().int().nonnegative().optional(),
  /** The node that failed, where one did. */
  node: z.string().optional(),
  error: tracedError.optional(),
});

/** The narrow waist between writing and reading: what a run is made of, one JSON object a line. */
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

/** An event of a type that this version does not know: kept, counted and passed over. */
export type UnknownTraceEvent = {
  seq: number;
  at: number;
  type: `unknown:${string}`;
  raw: Record<string, unknown>;
};

export type TraceEvent = KnownTraceEvent | UnknownTraceEvent;

/**
 * What a writer says; TraceLog adds `seq` and `at`. A body that begins with `UNSTAMPED` fields has room for them: it becomes
 * the event itself, where any other is copied, which costs several times as much. Either way it is the writer's no more.
 */
export type EventBody = KnownTraceEvent extends infer E
  ? E extends KnownTraceEvent
    ? Omit<E, 'seq' | 'at'> & Partial<Pick<E, 'seq' | 'at'>>
    : never
  : never;

/** Stands in an event for what the log fills in. */
export const UNSTAMPED = -1;

/** The declared fields only: a looseObject's index signature would make every field name legal. */
type Known<E> = E extends unknown ? { [K in keyof E as string extends K ? never : K]: E[K] } : never;

const knownTypes = new Set<string>(traceEventSchema.options.map((option) => option.shape.type.value));

/** Whether this version of pflow knows the event type. */
export function isKnownType(type: string): type is TraceEventType {
  return knownTypes.has(type);
}
