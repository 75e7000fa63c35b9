/** Computes the metrics of a run under the GenAI conventions. */

import type { Call, RunState, Span } from '../../../profile/run/run-state.js';
import { GEN_AI, toConventionProvider } from '../../../otlp/gen-ai-names.js';
import { attributes, type KeyValue } from '../../../otlp/otlp-json.js';

/** The buckets that the conventions advise for tokens and for seconds. */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const SECOND_BOUNDS = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);

const CUMULATIVE = 2;
const DELTA = 1;

type Series = { attributes: KeyValue[]; values: number[] };

/** The metrics of all calls and of the run itself. Counts that are unknown are not recorded. `time` is in ns since 1970. */
export function listRunMetrics(
  state: RunState,
  { startTime, time, temporality }: Readonly<{ startTime: string; time: string; temporality: string }>,
): object[] {
  const tokens = new Map<string, Series>();
  const durations = new Map<string, Series>();
  for (const span of state.spans.values()) {
    const { call } = span;
    if (!call || call.sameAs !== undefined || call.free || call.replayed) continue;
    const own = callAttributes(call, span);
    for (const [type, count] of [
      ['input', call.usage?.input],
      ['output', call.usage?.output],
    ] as const) {
      if (count !== undefined && call.usageOrigin === 'reported')
        add(tokens, { ...own, 'gen_ai.token.type': type, 'error.type': undefined }, count);
    }
    if (span.finishedAt !== undefined) add(durations, own, (span.finishedAt - span.startedAt) / 1000);
  }
  const runs = new Map<string, Series>();
  const error = state.finished?.error;
  add(
    runs,
    { [GEN_AI.agent]: state.started?.name, 'error.type': error?.code ?? error?.name },
    state.lastAt / 1000,
  );
  const histogram = (name: string, unit: string, bounds: readonly number[], series: Map<string, Series>) => ({
    name,
    unit,
    histogram: {
      aggregationTemporality: temporality === 'delta' ? DELTA : CUMULATIVE,
      dataPoints: [...series.values()].map((each) => ({
        startTimeUnixNano: startTime,
        timeUnixNano: time,
        count: String(each.values.length),
        sum: each.values.reduce((sum, value) => sum + value, 0),
        bucketCounts: countBuckets(each.values, bounds),
        explicitBounds: bounds,
        attributes: each.attributes,
      })),
    },
  });
  return [
    histogram('gen_ai.client.token.usage', '{token}', TOKEN_BOUNDS, tokens),
    histogram('gen_ai.client.operation.duration', 's', SECOND_BOUNDS, durations),
    histogram('gen_ai.invoke_agent.duration', 's', SECOND_BOUNDS, runs),
  ].filter((metric) => metric.histogram.dataPoints.length > 0);
}

function callAttributes(call: Call, { error }: Span): Record<string, string | undefined> {
  return {
    [GEN_AI.operation]: 'chat',
    [GEN_AI.provider]: toConventionProvider(call.provider),
    [GEN_AI.requestModel]: call.requestedModel,
    [GEN_AI.responseModel]: call.model,
    'error.type': error?.code ?? error?.name,
  };
}

function add(
  series: Map<string, Series>,
  fields: Readonly<Record<string, string | undefined>>,
  value: number,
): void {
  const key = JSON.stringify(fields);
  const known = series.get(key);
  if (known) known.values.push(value);
  else series.set(key, { attributes: attributes(fields), values: [value] });
}

/** A bucket holds the values up to its bound, and the last one the rest. */
function countBuckets(values: readonly number[], bounds: readonly number[]): string[] {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const value of values) {
    const bucket = bounds.findIndex((bound) => value <= bound);
    counts[bucket < 0 ? bounds.length : bucket]!++;
  }
  return counts.map(String);
}
