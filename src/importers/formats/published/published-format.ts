/** Imports traces of published pflow: 1.2.0, and the tree or the JSON lines of 2.x. */
import { asFields, getField, toList, type Fields } from '../../../usage/fields/fields.js';
import type { ForeignRecord, ForeignRecords } from '../../files/foreign-record.js';
import type { ForeignMark, ForeignRun, ForeignSpan } from '../../frame/foreign-run.js';
import { parseTime } from '../../frame/foreign-time.js';
import { textIn } from '../../frame/record-text.js';
import { diffState } from '../../frame/diff-state.js';
import { readPublished1 } from './published-1.js';
import { readPublished2Lines, readPublished2Tree } from './published-2.js';

/** Spans and changes of a trace of published pflow, all inside one stage. */
export type PublishedSpans = { spans: ForeignSpan[]; marks: ForeignMark[] };

/** Whether a record is such a document, or the first line of such a file. */
export function isPublished(record: unknown): boolean {
  return (
    /^[12]\.\d/.test(textIn(record, 'format_version') ?? '') &&
    textIn(record, 'execution_id', 'workflow_name') !== undefined
  );
}

/** A run. Times without a zone are taken as UTC. */
export async function importPublished(records: ForeignRecords): Promise<ForeignRun> {
  const lines: ForeignRecord[] = [];
  for await (const record of records) lines.push(record);
  const first = asFields(lines.find(({ value }) => isPublished(value))?.value) ?? {};
  if (first['kind'] === 'meta') {
    const { to, complete } = readPublished2Lines(lines);
    return toRun(first, complete, to);
  }
  const to = textIn(first, 'format_version')!.startsWith('1.')
    ? readPublished1(first)
    : readPublished2Tree(first);
  return toRun(first, first, to);
}

const STAGE = 'workflow';

function toRun(about: Fields, complete: Fields | undefined, { spans, marks }: PublishedSpans): ForeignRun {
  const times = spans.flatMap(({ startMs, endMs }) => [startMs, endMs ?? startMs]);
  const startMs = Math.min(parseTime(about['start_time']) ?? Infinity, ...times);
  const endMs = Math.max(parseTime(complete?.['end_time']) ?? 0, ...times);
  const status = textIn(complete, 'final_status');
  const failed = status === 'failed';
  for (const span of spans) span.parent ??= STAGE;
  const stage: ForeignSpan = {
    id: STAGE,
    kind: 'stage',
    name: 'workflow',
    startMs,
    ...(complete ? { endMs } : {}),
    ...(failed ? { failed } : {}),
    detail: () => ({}),
  };
  const inputs = asFields(about['inputs']) ?? {};
  const given = (): ReturnType<ForeignMark['read']> => diffState({}, inputs);
  const id = textIn(about, 'execution_id');
  const error = spans.findLast((span) => span.kind === 'node' && span.failed)?.error;
  return {
    format: 'pflow-published',
    ...(id === undefined ? {} : { id }),
    name: textIn(about, 'workflow_name') ?? 'pflow',
    spans: Number.isFinite(startMs) ? [stage, ...spans] : [],
    marks: [{ span: STAGE, atMs: startMs, read: given }, ...marks, ...warningsOf(complete, endMs)],
    ...(Number.isFinite(startMs) ? { startMs } : {}),
    ...(complete ? { endMs } : { unfinished: true }),
    ...(status === undefined
      ? {}
      : { status: failed ? 'failed' : status === 'success' || status === 'degraded' ? 'ok' : 'cancelled' }),
    ...(failed && error ? { error } : {}),
    inputs,
    outputs: complete?.['json_output'] ?? undefined,
  };
}

function warningsOf(complete: Fields | undefined, atMs: number): ForeignMark[] {
  return toList(complete?.['warnings']).map((warning) => {
    const node = textIn(warning, 'node_id');
    const text = `${node === undefined ? '' : `${node}: `}${textIn(warning, 'message') ?? JSON.stringify(getField(warning))}`;
    return { span: STAGE, atMs, read: () => ({ type: 'log', stream: 'warning', text }) };
  });
}
