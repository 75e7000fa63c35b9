/** Imports spans that Phoenix exports, and others in the same form: an object per span with a `context` of its ids. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import { flatten } from '../dialects/attribute-values.js';
import type { DialectSpan } from '../dialects/dialect.js';
import { detailSpan, outlineSpan } from '../dialects/read-span.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import type { ForeignError, ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { textIn } from '../frame/record-text.js';

/** Whether a record is such a span, or a page of them. */
export function isPhoenix(record: unknown): boolean {
  return spansIn(record).some(
    (span) =>
      textIn(span['context'], 'trace_id') !== undefined && textIn(span['context'], 'span_id') !== undefined,
  );
}

/** Converts all traces of the file to one run. */
export async function importPhoenix(records: ForeignRecords): Promise<ForeignRun> {
  const spans = new Map<string, ForeignSpan>();
  const traces = new Set<string>();
  for await (const { value, reread } of records) {
    for (const [position, span] of spansIn(value).entries()) {
      const foreign = toSpan(span, () => spansIn(reread())[position]!);
      if (!foreign) continue;
      traces.add(String(textIn(span['context'], 'trace_id')));
      spans.set(foreign.id, foreign);
    }
  }
  const list = [...spans.values()];
  const roots = list.filter(({ parent }) => parent === undefined || !spans.has(parent));
  return {
    format: 'phoenix',
    ...(traces.size === 1 ? { id: [...traces][0]! } : {}),
    name: roots[0]?.name ?? 'phoenix',
    spans: list,
  };
}

function spansIn(record: unknown): Fields[] {
  const page = getField(record, 'data') ?? getField(record, 'spans');
  const list = Array.isArray(page) ? toList(page) : [record];
  return list.map(asFields).filter((each) => each !== undefined);
}

function toSpan(span: Fields, reread: () => Fields): ForeignSpan | undefined {
  const id = textIn(span['context'], 'span_id');
  const startMs = parseTime(span['start_time']);
  if (id === undefined || startMs === undefined) return undefined;
  const status = textIn(span, 'status_code') ?? textIn(span['status'], 'status_code') ?? '';
  const failed = /ERROR/i.test(status);
  return {
    id: withoutPrefix(id),
    parent: parentOf(span),
    ...outlineSpan(toDialectSpan(span)),
    startMs,
    endMs: parseTime(span['end_time']),
    ...(failed ? { failed, error: errorOf(span) } : {}),
    detail: () => detailSpan(toDialectSpan(reread())),
  };
}

function parentOf(span: Fields): string | undefined {
  const parent = textIn(span, 'parent_id');
  return parent === undefined ? undefined : withoutPrefix(parent);
}

function withoutPrefix(id: string): string {
  return id.replace(/^0x/, '');
}

/** The kind is a separate field, and the database nests the flat attributes. */
function toDialectSpan(span: Fields): DialectSpan {
  const kind = textIn(span, 'span_kind');
  return {
    name: textIn(span, 'name') ?? 'span',
    attributes: {
      ...(kind === undefined || kind === 'UNKNOWN' ? {} : { 'openinference.span.kind': kind }),
      ...flatten(span['attributes']),
    },
    events: toList(span['events']).map((event) => ({
      name: textIn(event, 'name') ?? '',
      attributes: flatten(getField(event, 'attributes')),
    })),
  };
}

function errorOf(span: Fields): ForeignError {
  const thrown = toDialectSpan(span).events?.find(({ name }) => name === 'exception')?.attributes;
  const message = textIn(thrown, 'exception.message') ?? textIn(span, 'status_message');
  return {
    name: textIn(thrown, 'exception.type'),
    message: message ?? textIn(span['status'], 'description') ?? 'failed',
    stack: textIn(thrown, 'exception.stacktrace'),
  };
}
