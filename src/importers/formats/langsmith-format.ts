/** Imports LangSmith's runs: exported lists, JSON lines, and the bodies of its ingestion API. */
import { parseCount } from '../../usage/fields/count.js';
import { asFields, firstPresent, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { countTokens, readUsage } from '../frame/call-usage.js';
import type { ForeignRun, ForeignSpan, SpanDetail } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { readAnswer } from '../frame/read-answer.js';
import { textIn } from '../frame/record-text.js';
import { toInputs } from '../frame/to-inputs.js';
import type { SpanKind } from '../../trace/event/event.js';

/** Whether a record is a run, a list of them, or a body with `post` and `patch`. */
export function isLangsmith(record: unknown): boolean {
  return runsIn(record).some(
    (run) =>
      textIn(run, 'id') !== undefined &&
      (textIn(run, 'run_type') ?? textIn(run, 'dotted_order')) !== undefined,
  );
}

/** Converts all runs of the file to one. */
export async function importLangsmith(records: ForeignRecords): Promise<ForeignRun> {
  const runs = new Map<string, Fields>();
  for await (const { value } of records) {
    for (const run of runsIn(value)) {
      const id = textIn(run, 'id');
      // A run is posted when it starts and patched when it ends.
      if (id !== undefined) runs.set(id, merge(runs.get(id), run));
    }
  }
  const spans = [...runs.values()].flatMap((run) => toSpan(run) ?? []);
  const traces = new Set([...runs.values()].flatMap((run) => textIn(run, 'trace_id') ?? []));
  const root = spans.find(({ parent }) => parent === undefined);
  return {
    format: 'langsmith',
    ...(traces.size === 1 ? { id: [...traces][0]! } : {}),
    name: root ? (textIn(runs.get(root.id), 'name') ?? root.name) : 'langsmith',
    spans,
  };
}

function runsIn(record: unknown): Fields[] {
  const lists = ['post', 'patch', 'runs', 'child_runs'].flatMap((name) => toList(getField(record, name)));
  const own = asFields(record);
  const inside = lists.flatMap((each) => runsIn(each));
  return own && textIn(own, 'id') !== undefined ? [own, ...inside] : inside;
}

function merge(posted: Fields | undefined, patched: Fields): Fields {
  const known = Object.entries(patched).filter(([, value]) => value !== null && value !== undefined);
  const extra = { ...asFields(posted?.['extra']), ...asFields(patched['extra']) };
  return { ...posted, ...Object.fromEntries(known), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  llm: 'llm',
  embedding: 'llm',
  tool: 'tool',
  retriever: 'retrieval',
};

function toSpan(run: Fields): ForeignSpan | undefined {
  const startMs = parseTime(run['start_time']);
  if (startMs === undefined) return undefined;
  const type = textIn(run, 'run_type') ?? 'chain';
  const kind = kinds[type] ?? 'step';
  const isRequest = kind === 'llm';
  const { provider, model } = originOf(run);
  const usage = isRequest ? usageOf(run) : null;
  const error = textIn(run, 'error');
  return {
    id: String(run['id']),
    parent: textIn(run, 'parent_run_id'),
    kind,
    name: isRequest ? (model ?? textIn(run, 'name') ?? 'unknown') : (textIn(run, 'name') ?? type),
    startMs,
    endMs: parseTime(run['end_time']),
    ...(error === undefined ? {} : { failed: true, error: { message: error.split('\n')[0]!, stack: error } }),
    ...(isRequest
      ? { call: { provider, model, tokens: countTokens(usage), isRequest, spanName: textIn(run, 'name') } }
      : {}),
    detail: () => detailOf(run, isRequest, usage),
  };
}

function originOf(run: Fields): { provider: string | undefined; model: string | undefined } {
  const metadata = getField(run, 'extra', 'metadata');
  const invocation = getField(run, 'extra', 'invocation_params');
  return {
    provider: textIn(metadata, 'ls_provider'),
    model:
      textIn(metadata, 'ls_model_name') ??
      textIn(invocation, 'model', 'model_name') ??
      textIn(run['outputs'], 'model') ??
      textIn(run['inputs'], 'model'),
  };
}

/** The first counts found in LangChain's record, the provider's, or the run's totals. */
function usageOf(run: Fields): Usage | null {
  const outputs = run['outputs'];
  const generation =
    toList(toList(getField(outputs, 'generations'))[0])[0] ?? toList(getField(outputs, 'generations'))[0];
  const metadata =
    getField(outputs, 'usage_metadata') ??
    getField(run, 'extra', 'metadata', 'usage_metadata') ??
    getField(generation, 'message', 'kwargs', 'usage_metadata');
  const { provider, model } = originOf(run);
  const candidates = [
    { usage_metadata: metadata },
    { usage: getField(outputs, 'usage') ?? getField(outputs, 'llm_output', 'token_usage') },
    Object.fromEntries(
      ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((name) => [name, run[name]]),
    ),
  ];
  for (const candidate of candidates) {
    const usage = readUsage(candidate, { model, ...(candidate === candidates[0] ? {} : { provider }) });
    if (usage) return usage;
  }
  return null;
}

function detailOf(run: Fields, isRequest: boolean, usage: Usage | null): SpanDetail {
  const { inputs, outputs } = run;
  if (!isRequest) {
    return {
      inputs: inputs === undefined || inputs === null ? undefined : toInputs(inputs),
      output: outputs,
    };
  }
  const first = toList(run['events']).find((event) => getField(event, 'name') === 'new_token');
  const firstMs = parseTime(getField(first, 'time'));
  const startMs = parseTime(run['start_time'])!;
  return {
    call: {
      prompt: firstPresent(inputs, 'messages', 'input', 'prompts', 'prompt') ?? inputs,
      settings: asFields(getField(run, 'extra', 'invocation_params')),
      ...readAnswer(getField(outputs, 'output') ?? outputs),
      api: textIn(run, 'run_type') === 'embedding' ? 'embedding' : 'chat',
      responseModel: textIn(outputs, 'model'),
      responseId: textIn(outputs, 'id'),
      usage,
      rawUsage: getField(outputs, 'usage_metadata') ?? getField(outputs, 'usage'),
      firstTokenMs: firstMs === undefined ? undefined : firstMs - startMs,
      toolCostUsd: parseCount(run['total_cost']) ?? undefined,
    },
  };
}
