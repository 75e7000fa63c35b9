/** Creates the first and the last event of a run. */
import { pflowVersion } from '../lib/version.js';
import { NodeFailure } from '../runtime/flow/flow.js';
import { toTracedError } from '../trace/record/trace-span.js';
import { formatCaptured } from '../trace/event/captured.js';
import type { EventBody } from '../trace/event/event.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../trace/event/event-format.js';
import type { Redactor } from '../trace/redact/redact.js';
import type { TraceSink } from '../trace/event/trace-sink.js';
import { getPidSpace } from '../trace/write/writer-process.js';
import type { End } from './execute.js';
import type { SessionOptions } from './session-options.js';

/** The first event of a run: what it is, on which model, and how it is traced. */
export function createRunStarted(
  options: SessionOptions,
  sink: TraceSink,
  run: string,
  startedAt: Date,
): EventBody {
  const { choice, job } = options;
  const params = job.kind === 'plan' ? job.plan.params : {};
  return {
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run,
    startedAt: startedAt.toISOString(),
    pflow: pflowVersion(),
    pid: process.pid,
    pidSpace: getPidSpace(),
    name: formatCaptured(sink.capture(options.name)),
    ...(job.kind === 'request' ? { request: formatCaptured(sink.capture(job.request)) } : {}),
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, sink.capture(value, key)])),
    model: {
      provider: choice.provider,
      model: choice.model,
      reason: choice.reason,
      ...(choice.free ? { free: true } : {}),
    },
    flags: {
      simulated: options.simulated ?? false,
      capture: options.capture ?? 'preview',
      redact: options.redact ?? true,
      ...(options.limits ? { limits: options.limits } : {}),
    },
  };
}

/** The last event of a run: its status, outputs and error. */
export function createRunFinished(end: End, sink: TraceSink, redactor: Redactor): EventBody {
  const failure = end.error instanceof NodeFailure ? end.error : undefined;
  const outputs = Object.entries(end.outputs).map(([key, value]) => [key, sink.capture(value, key)] as const);
  const error = end.status === 'ok' ? undefined : toTracedError(failure ? failure.cause : end.error, sink);
  // Read last: capturing outputs and error may have masked further secrets.
  const { masked } = redactor;
  return {
    type: 'run.finished',
    status: end.status,
    ...(outputs.length ? { outputs: Object.fromEntries(outputs) } : {}),
    ...(failure ? { node: failure.node } : {}),
    ...(error ? { error } : {}),
    ...(masked > 0 ? { masked } : {}),
  };
}
