/** Defines the events of a run as a whole: its start, its workflow, its control and its end. */
import { z } from 'zod';
import { TRACE_FORMAT } from './event-format.js';
import { captured, capturedRecord, count, openSet, stamp, tracedError } from './event-fields.js';

/** `cancelled` and `budget`: the run was stopped although no code failed. */
const runStatuses = ['ok', 'failed', 'cancelled', 'budget'] as const;

export const runStarted = z.looseObject({
  ...stamp,
  type: z.literal('run.started'),
  format: z.literal(TRACE_FORMAT),
  version: z.number().int().positive(),
  run: z.string(),
  /** ISO wall clock time at `at` = 0. */
  startedAt: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  /** The user's time zone, an IANA name. */
  tz: z.string().optional(),
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
    /** false: the run is left out of the ledger. */
    ledger: z.boolean().optional(),
    /** Spending limits; absent means unlimited. */
    limits: z
      .looseObject({
        maxCostUsd: count.optional(),
        maxTokens: count.optional(),
        maxDurationMs: count.optional(),
        stopOnLoop: z.boolean().optional(),
      })
      .optional(),
  }),
  /** Whether pflow ran it, observed a program, or converted a foreign trace; absent means `run`. */
  source: openSet(['run', 'observed', 'imported']).optional(),
  /** The folder of the project that it ran in: the root of its git work tree, or the working directory. */
  project: z.string().optional(),
  /** The git commit that was checked out there. */
  commit: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** The workflow that was run: real `path` of its file, `hash` the sha256 of its IR as JSON. */
  workflow: z
    .looseObject({ name: z.string(), path: z.string().optional(), hash: z.string().optional() })
    .optional(),
  /** The trace that it was converted from. */
  foreign: z.looseObject({ format: z.string(), id: z.string() }).optional(),
  /** The W3C trace context that the run was started in. */
  traceparent: z.string().optional(),
  /** The run that this one reruns: from which node, and whether its workflow or inputs were edited. */
  basedOn: z
    .looseObject({ run: z.string(), node: z.string().optional(), edited: z.boolean().optional() })
    .optional(),
});

export const workflowPlanned = z.looseObject({
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
      /** Its side effects other than reading, with resolved parameters; `what` is a phrase like `writes "out.txt"`. */
      effects: z.array(z.looseObject({ effect: z.string(), what: z.string() })).optional(),
      /** Its code gets the store: what it reads there is not visible in its parameters. */
      readsStore: z.boolean().optional(),
      /** How it is retried and repeated, as in the IR. */
      retry: captured.optional(),
      loop: captured.optional(),
    }),
  ),
  /** `kind` names an edge that is not part of the normal course. */
  edges: z.array(
    z.looseObject({
      from: z.string(),
      to: z.string(),
      action: z.string(),
      kind: openSet(['retry', 'loop', 'error']).optional(),
    }),
  ),
  /** Input values. */
  params: capturedRecord.optional(),
  /** Whether the user edited the plan. */
  edited: z.boolean().optional(),
  /** The planner needed several attempts: the last one, and what was wrong with the one before. */
  repaired: z.looseObject({ attempt: z.number().int(), reason: z.string() }).optional(),
  /** Set if rules planned it although the run has a model. */
  plannedBy: openSet(['rules']).optional(),
  /** Hash of the project's code that the user has trusted. */
  trusted: z.string().optional(),
});

/** What a run waits for when it waits for its user, or for the user's command that verifies its answers. */
const waitCauses = ['pause', 'question', 'trust', 'budget', 'verify'] as const;

export const controlChanged = z.looseObject({
  ...stamp,
  type: z.literal('control.changed'),
  /**
   * `asked` and `answered`: the user reviews the plan; the answer's `reason` describes the decision.
   * `wait-started` and `wait-finished`: nothing of the run's next work starts until the user acts, for `cause`.
   */
  change: openSet([
    'paused',
    'resumed',
    'breakpoint',
    'asked',
    'answered',
    'wait-started',
    'wait-finished',
    'budget-warned',
    'budget-exceeded',
    'cancel-requested',
    'loop-warned',
    'call-refused',
  ]),
  cause: openSet(waitCauses).optional(),
  span: z.number().int().optional(),
  reason: z.string().optional(),
});

export const runFinished = z.looseObject({
  ...stamp,
  type: z.literal('run.finished'),
  status: z.enum(runStatuses),
  outputs: capturedRecord.optional(),
  /** The output that is the run's result, and its media type. */
  result: z.looseObject({ output: z.string(), mediaType: z.string().optional() }).optional(),
  /** Warnings that no other event implies. */
  warnings: z
    .array(z.looseObject({ code: z.string(), node: z.string().optional(), message: z.string() }))
    .optional(),
  /** Verdicts of the user's commands on the result, or on the main output of a node: exit code 0 passes it. */
  verified: z
    .array(
      z.looseObject({
        node: z.string().optional(),
        command: z.string(),
        passed: z.boolean(),
        /** null if a signal ended it. */
        code: z.number().int().nullable(),
        ms: z.number().nonnegative(),
        /** The first line that the command printed. */
        says: z.string().optional(),
      }),
    )
    .optional(),
  /** Number of distinct secrets masked in the trace; absent if none. */
  masked: z.number().int().nonnegative().optional(),
  /** The node that failed, if any. */
  node: z.string().optional(),
  error: tracedError.optional(),
});
