/** Creates the first and the last event of a run. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { findTimeZone } from '../lib/time-zone.js';
import { pflowVersion } from '../lib/version.js';
import { NodeFailure } from '../runtime/flow/flow.js';
import { toTracedError } from '../trace/record/trace-span.js';
import { formatCaptured } from '../trace/event/captured.js';
import type { EventBody, EventOf } from '../trace/event/event.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../trace/event/event-format.js';
import type { Redactor } from '../trace/redact/redact.js';
import type { TraceSink } from '../trace/event/trace-sink.js';
import { getPidSpace } from '../trace/write/writer-process.js';
import type { Workflow } from '../workflow/format/ir.js';
import type { End } from './execute.js';
import { findProject } from './origin/project.js';
import { mediaTypeOf } from './result.js';
import type { RecordingOptions } from './recording.js';
import type { SessionOptions } from './session-options.js';
import { parseTags, type Tags } from './origin/tags.js';

/** The first event of a run: what it is, on which model, and how it is traced. */
export function createRunStarted(
  options: SessionOptions,
  sink: TraceSink,
  redactor: Redactor,
  { run, startedAt }: Readonly<{ run: string; startedAt: Date }>,
): EventBody {
  const { choice, job, basedOn } = options;
  const params = job.kind === 'plan' ? job.plan.params : {};
  const text = (value: string) => formatCaptured(sink.capture(value));
  const own = { ...(job.kind === 'plan' ? job.plan.workflow.tags : {}) };
  const workflow = describeWorkflow(job, redactor);
  return {
    ...describeStart(options, sink, redactor, { run, startedAt }, own),
    ...(job.kind === 'request' ? { request: text(job.request) } : {}),
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, sink.capture(value, key)])),
    model: {
      provider: choice.provider,
      model: choice.model,
      reason: choice.reason,
      ...(choice.free ? { free: true } : {}),
    },
    source: 'run',
    ...(workflow ? { workflow } : {}),
    ...(basedOn ? { basedOn } : {}),
  };
}

/** What starts a run, whether pflow executes it or observes a program. */
export type RunOrigin = RecordingOptions &
  Pick<SessionOptions, 'tags' | 'folder' | 'limits'> &
  Readonly<{ traceparent?: string }>;

/** The first event of an observed program. */
export function createProgramStarted(
  options: RunOrigin,
  sink: TraceSink,
  redactor: Redactor,
  run: Readonly<{ run: string; startedAt: Date }>,
): EventBody {
  return { ...describeStart(options, sink, redactor, run, {}), params: {}, source: 'observed' };
}

/** What every run has: its identity, its writer, its project and how it is traced. `own` are tags with the least precedence. */
function describeStart(
  options: RunOrigin,
  sink: TraceSink,
  redactor: Redactor,
  { run, startedAt }: Readonly<{ run: string; startedAt: Date }>,
  own: Tags,
): Omit<Extract<EventBody, { type: 'run.started' }>, 'params'> {
  const { folder, commit } = findProject(options.folder ?? process.cwd());
  // Whatever the capture level: runs are found by them.
  const tags = Object.entries(tagsOf(options, own)).map(
    ([key, value]) => [key, redactor.text(value)] as const,
  );
  return {
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run,
    startedAt: startedAt.toISOString(),
    ...(options.ledger ? { tz: findTimeZone(options.env) } : {}),
    pflow: pflowVersion(),
    pid: process.pid,
    pidSpace: getPidSpace(),
    name: formatCaptured(sink.capture(options.name)),
    flags: {
      simulated: options.simulated ?? false,
      capture: options.capture ?? 'preview',
      redact: options.redact ?? true,
      ...(options.ledger === false ? { ledger: false } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
    },
    project: redactor.text(folder),
    ...(commit === undefined ? {} : { commit }),
    ...(tags.length > 0 ? { tags: Object.fromEntries(tags) } : {}),
    ...(options.traceparent === undefined ? traceContext(options.env) : { traceparent: options.traceparent }),
  };
}

/** The W3C trace context of the calling process, in the variable that OpenTelemetry's CLI conventions name; an invalid one is ignored. */
function traceContext(env: RunOrigin['env']): { traceparent?: string } {
  const traceparent = env['TRACEPARENT']?.trim().toLowerCase() ?? '';
  const [, version, trace, parent] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(?:-|$)/.exec(traceparent) ?? [];
  const isValid = version !== undefined && version !== 'ff' && !/^0+$/.test(trace!) && !/^0+$/.test(parent!);
  return isValid ? { traceparent } : {};
}

/** The tags of the command line or the caller, of the environment and of the run itself, in this order of precedence. */
function tagsOf({ tags, env, onWarning }: RunOrigin, own: Tags): Tags {
  const environment = parseTags(env['PFLOW_TAGS'] ?? '');
  for (const part of environment.invalid)
    onWarning?.(`PFLOW_TAGS: '${part}' is not a tag and is ignored. Write name=value, separated by commas.`);
  return { ...own, ...environment.tags, ...tags };
}

/** What is known of the workflow before anything ran; a request has none yet. */
function describeWorkflow(
  job: SessionOptions['job'],
  redactor: Redactor,
): EventOf<'run.started'>['workflow'] {
  if (job.kind === 'flow') return { name: redactor.text(job.runnable.id) };
  if (job.kind === 'request') return undefined;
  const { plan, path } = job;
  return {
    name: redactor.text(plan.name),
    ...(path === undefined ? {} : { path: redactor.text(findRealPath(path)) }),
    hash: hashWorkflow(plan.workflow),
  };
}

/** One file has one path, whichever link leads to it. */
function findRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Identifies a workflow across runs: the sha256 of its JSON. */
function hashWorkflow(workflow: Workflow): string {
  return createHash('sha256').update(JSON.stringify(workflow)).digest('hex');
}

/** The last event of a run: its status, outputs and error. */
export function createRunFinished(
  end: End,
  sink: TraceSink,
  redactor: Redactor,
  verified?: EventOf<'run.finished'>['verified'],
): EventBody {
  const failure = end.error instanceof NodeFailure ? end.error : undefined;
  const outputs = Object.entries(end.outputs).map(([key, value]) => [key, sink.capture(value, key)] as const);
  const error =
    end.status === 'ok' ? undefined : toTracedError(failure ? failure.cause : end.error, sink, failure?.hint);
  const redacted = ({ code, node, message }: End['warnings'][number]) => ({
    code,
    ...(node === undefined ? {} : { node }),
    message: redactor.text(message),
  });
  const output = end.resultOutput;
  // Read last: capturing outputs and error may have masked further secrets.
  const { masked } = redactor;
  return {
    type: 'run.finished',
    status: end.status,
    ...(outputs.length ? { outputs: Object.fromEntries(outputs) } : {}),
    ...(end.warnings.length ? { warnings: end.warnings.map(redacted) } : {}),
    ...(output !== undefined && Object.hasOwn(end.outputs, output)
      ? { result: { output, mediaType: mediaTypeOf(end.outputs[output]) } }
      : {}),
    ...(verified?.length ? { verified } : {}),
    ...(failure ? { node: failure.node } : {}),
    ...(error ? { error } : {}),
    ...(masked > 0 ? { masked } : {}),
  };
}
