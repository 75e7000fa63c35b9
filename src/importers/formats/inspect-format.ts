/** Imports evaluation logs of Inspect (version 2): one JSON document, or an .eval archive of a header and samples. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import type { ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { textIn } from '../frame/record-text.js';
import { readSample, type InspectSpans } from './inspect-sample.js';

/** Whether a record is such a document, or an entry of such an archive. */
export function isInspect(record: unknown): boolean {
  const document = contentOf(record);
  return (
    asFields(getField(document, 'eval')) !== undefined &&
    textIn(getField(document, 'eval'), 'task', 'eval_id') !== undefined
  );
}

/** Converts an evaluation: samples to steps, with solvers as nodes and the state that they change. */
export async function importInspect(records: ForeignRecords): Promise<ForeignRun> {
  const to: InspectSpans = { spans: [], marks: [] };
  let header: Fields = {};
  for await (const { value, reread } of records) {
    const document = contentOf(value) ?? {};
    if (isInspect(value)) header = { ...document, ...header, samples: undefined };
    const entry = textIn(value, 'entry');
    if (entry?.startsWith('samples/') === true) readSample(to, document, () => contentOf(reread()) ?? {});
    for (const [index, sample] of toList(document['samples']).entries()) {
      readSample(
        to,
        asFields(sample) ?? {},
        () => asFields(toList(contentOf(reread())?.['samples'])[index]) ?? {},
      );
    }
  }
  return toRun(header, to);
}

function contentOf(record: unknown): Fields | undefined {
  return textIn(record, 'entry') === undefined ? asFields(record) : asFields(getField(record, 'content'));
}

function toRun(header: Fields, { spans, marks }: InspectSpans): ForeignRun {
  const about = header['eval'];
  const id = textIn(about, 'eval_id', 'run_id');
  const task = textIn(about, 'task') ?? 'inspect';
  const startMs = parseTime(getField(header, 'stats', 'started_at')) ?? parseTime(getField(about, 'created'));
  const endMs = parseTime(getField(header, 'stats', 'completed_at'));
  const times = spans.flatMap((span) => [span.startMs, span.endMs ?? span.startMs]);
  const status = textIn(header, 'status');
  const error = textIn(header['error'], 'message');
  const stage: ForeignSpan = {
    id: 'workflow',
    kind: 'stage',
    name: 'workflow',
    startMs: Math.min(...times, startMs ?? Infinity),
    endMs: Math.max(...times, endMs ?? 0),
    ...(status === 'error' ? { failed: true, error: { message: error ?? 'the evaluation failed' } } : {}),
    detail: () => ({}),
  };
  for (const span of spans) span.parent ??= stage.id;
  const commit = textIn(getField(about, 'revision'), 'commit');
  const isEmpty = !Number.isFinite(stage.startMs);
  return {
    format: 'inspect',
    ...(id === undefined ? {} : { id }),
    name: task,
    spans: isEmpty ? [] : [stage, ...spans],
    marks,
    status: status === 'error' ? 'failed' : status === 'cancelled' ? 'cancelled' : 'ok',
    inputs: asFields(getField(about, 'task_args')),
    outputs: getField(header, 'results') === null ? undefined : { results: getField(header, 'results') },
    ...(commit === undefined ? {} : { commit }),
  };
}
