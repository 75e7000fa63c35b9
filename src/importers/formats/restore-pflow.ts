/** Restores a run of pflow from its own OTLP export, in which the run is a span. */
import type { Attributes } from '../../otlp/decode/received.js';
import type { ForeignRun } from '../frame/foreign-run.js';

/** The run without the span that represents it; a run of another program unchanged. */
export function restorePflowRun(run: ForeignRun, roots: ReadonlyMap<string, Attributes>): ForeignRun {
  const found = [...roots].filter(([, attributes]) => typeof attributes['pflow.run.id'] === 'string');
  if (found.length !== 1) return run;
  const [id, attributes] = found[0]!;
  const own = run.spans.find((span) => span.id === id);
  if (!own) return run;
  const status = attributes['pflow.status'];
  return {
    ...run,
    id: String(attributes['pflow.run.id']),
    name: String(attributes['gen_ai.agent.name'] ?? attributes['gen_ai.workflow.name'] ?? run.name),
    startMs: own.startMs,
    ...(own.endMs === undefined ? {} : { endMs: own.endMs }),
    status: status === 'ok' || status === 'cancelled' ? status : 'failed',
    ...(own.error ? { error: own.error } : {}),
    spans: run.spans
      .filter((span) => span !== own)
      .map((span) => (span.parent === id ? { ...span, parent: undefined, service: undefined } : span)),
  };
}
