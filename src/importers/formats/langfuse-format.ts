/** Imports traces that Langfuse exports: a trace with its observations as one JSON document. */
import { parseCount } from '../../usage/fields/count.js';
import { asFields, firstPresent, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';
import { parseJson } from '../dialects/attribute-values.js';
import { toLangfuseKind } from '../dialects/langfuse-dialect.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { countTokens, readUsage } from '../frame/call-usage.js';
import type { CallDetail, ForeignRun, ForeignSpan, SpanDetail } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { readAnswer } from '../frame/read-answer.js';
import { fromConventionProvider } from '../../otlp/gen-ai-names.js';
import { textIn } from '../frame/record-text.js';
import { toInputs } from '../frame/to-inputs.js';

/** Whether a record is such a document: observations inside a trace, or a trace inside observations. */
export function isLangfuse(record: unknown): boolean {
  return toList(getField(record, 'observations')).some(
    (each) =>
      textIn(each, 'id') !== undefined &&
      textIn(each, 'type') !== undefined &&
      'startTime' in asFields(each)!,
  );
}

/** A trace. */
export async function importLangfuse(records: ForeignRecords): Promise<ForeignRun> {
  const spans: ForeignSpan[] = [];
  let trace: Fields | undefined;
  for await (const { value } of records) {
    if (!isLangfuse(value)) continue;
    trace ??= asFields(getField(value, 'trace')) ?? asFields(value);
    for (const observation of toList(getField(value, 'observations'))) {
      const span = toSpan(asFields(observation) ?? {});
      if (span) spans.push(span);
    }
  }
  const id = textIn(trace, 'id');
  const inputs = parseJson(getField(trace, 'input'));
  const outputs = parseJson(getField(trace, 'output'));
  return {
    format: 'langfuse',
    ...(id === undefined ? {} : { id }),
    name: textIn(trace, 'name') ?? spans.find(({ parent }) => parent === undefined)?.name ?? 'langfuse',
    spans,
    ...(inputs === undefined || inputs === null ? {} : { inputs: toInputs(inputs) }),
    ...(outputs === undefined || outputs === null ? {} : { outputs }),
  };
}

/** Uses times only: depending on the writer, the latency in the file is in seconds or in ms. */
function toSpan(observation: Fields): ForeignSpan | undefined {
  const id = textIn(observation, 'id');
  const startMs = parseTime(observation['startTime']);
  if (id === undefined || startMs === undefined) return undefined;
  const kind = toLangfuseKind(observation['type']);
  const model = textIn(observation, 'model');
  const usage = usageOf(observation);
  const isRequest = kind === 'llm';
  const hasCall = isRequest || usage !== null || (model !== undefined && kind !== 'tool');
  const failed = observation['level'] === 'ERROR';
  return {
    id,
    parent: textIn(observation, 'parentObservationId'),
    kind,
    name: isRequest
      ? (model ?? textIn(observation, 'name') ?? 'unknown')
      : (textIn(observation, 'name') ?? id),
    startMs,
    endMs: parseTime(observation['endTime']),
    ...(failed ? { failed, error: { message: textIn(observation, 'statusMessage') ?? 'failed' } } : {}),
    ...(hasCall
      ? {
          call: {
            provider: providerOf(observation),
            model,
            tokens: countTokens(usage),
            isRequest,
            spanName: textIn(observation, 'name'),
          },
        }
      : {}),
    detail: () => detailOf(observation, startMs, hasCall ? usage : undefined),
  };
}

function usageOf(observation: Fields): Usage | null {
  const details = asFields(parseJson(observation['usageDetails']));
  const origin = { provider: providerOf(observation), model: textIn(observation, 'model') };
  if (details && Object.keys(details).length > 0)
    return readUsage({ usageDetails: details }, { model: origin.model });
  return readUsage(asFields(observation['usage']) && { usage: observation['usage'] }, origin);
}

/** Observations received over OpenTelemetry keep their attributes. */
function providerOf(observation: Fields): string | undefined {
  const attributes = getField(parseJson(observation['metadata']), 'attributes');
  const name = firstPresent(
    attributes,
    'gen_ai.provider.name',
    'gen_ai.system',
    'llm.provider',
    'ai.model.provider',
  );
  return typeof name === 'string'
    ? fromConventionProvider(name.replace(/\.(?:responses|chat|messages)$/, ''))
    : undefined;
}

function detailOf(observation: Fields, startMs: number, usage: Usage | null | undefined): SpanDetail {
  const input = parseJson(observation['input']);
  const output = parseJson(observation['output']);
  const inputs = input === undefined || input === null ? undefined : toInputs(input);
  if (usage === undefined) return { inputs, output };
  const firstMs = parseTime(observation['completionStartTime']);
  const settings = asFields(parseJson(observation['modelParameters']));
  const call: CallDetail = {
    prompt: input ?? undefined,
    settings: settings && Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)),
    ...readAnswer(output),
    api: String(observation['type']).toUpperCase() === 'EMBEDDING' ? 'embedding' : 'chat',
    usage,
    rawUsage: observation['usageDetails'] ?? observation['usage'],
    firstTokenMs: firstMs === undefined ? undefined : Math.max(0, firstMs - startMs),
    toolCostUsd: costOf(observation),
  };
  return { ...(toLangfuseKind(observation['type']) === 'llm' ? {} : { inputs, output }), call };
}

/** Langfuse computes costs from its own prices. */
function costOf(observation: Fields): number | undefined {
  const details = parseJson(observation['costDetails']);
  const cost =
    getField(details, 'total') ?? firstPresent(observation, 'totalCost', 'calculatedTotalCost', 'totalPrice');
  return parseCount(cost) ?? undefined;
}
