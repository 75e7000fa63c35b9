/** Defines the events of spans: their start and end, parameters, store changes, logs and progress. */
import { z } from 'zod';
import { captured, capturedRecord, count, openSet, stamp, tracedError } from './event-fields.js';

/** The kinds that pflow writes. Readers render any other as a step. */
const spanKinds = [
  'stage',
  'node',
  'attempt',
  'phase',
  'item',
  'llm',
  'workflow',
  'program',
  'agent',
  'step',
  'tool',
  'retrieval',
  'embedding',
] as const;

const spanStatuses = ['ok', 'failed', 'cancelled', 'skipped'] as const;

export const spanStarted = z.looseObject({
  ...stamp,
  type: z.literal('span.started'),
  /** 1, 2, 3 … unique in the trace. */
  span: z.number().int(),
  /** The containing span; absent for a root span. */
  parent: z.number().int().optional(),
  kind: openSet(spanKinds),
  /** stage: planner or workflow; node: its id; phase: prep, exec or post; item: its index; llm: the model. */
  name: z.string(),
  /** A short text that distinguishes it from its siblings: of an item, its value. */
  label: z.string().optional(),
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
  /** Observed programs: the service, as the program names itself, and its process. */
  service: z.string().optional(),
  process: z.looseObject({ pid: z.number().int().optional(), name: z.string().optional() }).optional(),
  /** Related spans that are neither parent nor child: of this trace by number, of another by its ids. */
  links: z
    .array(
      z.looseObject({
        span: z.union([z.number().int(), z.string()]).optional(),
        trace: z.string().optional(),
      }),
    )
    .optional(),
  /** When it began, as ms since the run started, where that is before `at`: telemetry is received late. */
  from: count.optional(),
  /**
   * Only its children are known so far. A later span.started with the same number states its kind, name, label, service and begin;
   * its parent stays.
   */
  provisional: z.boolean().optional(),
});

export const spanFinished = z.looseObject({
  ...stamp,
  type: z.literal('span.finished'),
  span: z.number().int(),
  status: z.enum(spanStatuses),
  /** The action that the node returned; absent means `default`. */
  action: z.string().optional(),
  error: tracedError.optional(),
  /** It succeeded with less than it should have. */
  degraded: z.looseObject({ code: z.string(), facts: captured.optional() }).optional(),
  /** Items of a batch; `empty` counts those whose output, which other nodes use, was empty. */
  batch: z.looseObject({ ok: count, failed: count, of: count, empty: count.optional() }).optional(),
  /** Why the attempt is followed by another. */
  retryReason: z.string().optional(),
  /** HTTP status and provider's id of a request without a usable response. */
  httpStatus: z.number().int().optional(),
  requestId: z.string().optional(),
  /** When it finished, as ms since the run started, where that is before `at`. */
  until: count.optional(),
});

export const paramsResolved = z.looseObject({
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

export const storeChanged = z.looseObject({
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

export const logWritten = z.looseObject({
  ...stamp,
  type: z.literal('log.written'),
  span: z.number().int(),
  stream: z.enum(['stdout', 'stderr', 'warning']),
  text: z.string(),
  level: openSet(['debug', 'info', 'warn', 'error']).optional(),
  /** What printed it; absent means pflow or a node itself. */
  source: openSet(['shell', 'code', 'mcp', 'service']).optional(),
  /** The batch item that printed it, by its index, if it has no span of its own. */
  item: z.number().int().optional(),
});

/** Progress that a tool, a download or a program reports, in units of its own. */
export const progressChanged = z.looseObject({
  ...stamp,
  type: z.literal('progress.changed'),
  span: z.number().int(),
  done: count,
  total: count.optional(),
  message: z.string().optional(),
});
