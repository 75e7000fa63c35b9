/** Imports tracker logs of Burr: actions as nodes with the state after each, and their spans. */
import { asFields, getField, type Fields } from '../../usage/fields/fields.js';
import type { DialectSpan } from '../dialects/dialect.js';
import { detailSpan, outlineSpan } from '../dialects/read-span.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import type { ForeignMark, ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { textIn } from '../frame/record-text.js';
import { diffState } from '../frame/diff-state.js';

/** Whether a record is a line of such a log. */
export function isBurr(record: unknown): boolean {
  const type = getField(record, 'type');
  if (type === 'begin_entry')
    return textIn(record, 'action') !== undefined && 'sequence_id' in asFields(record)!;
  return (
    type === 'begin_span' &&
    textIn(record, 'span_id') !== undefined &&
    'action_sequence_id' in asFields(record)!
  );
}

type Reread = () => Fields;

/** Converts the log to one run. */
export async function importBurr(records: ForeignRecords): Promise<ForeignRun> {
  const reader = new BurrReader();
  for await (const { value, reread } of records) {
    const line = asFields(value);
    if (line) reader.read(line, () => asFields(reread()) ?? {});
  }
  return reader.finish();
}

const STAGE = 'workflow';

class BurrReader {
  readonly #spans = new Map<string, ForeignSpan>();
  /** Attributes are separate lines: those that determine the kind of a span, and a function to read all of them. */
  readonly #attributes = new Map<string, { short: Record<string, unknown>; lines: Reread[] }>();
  readonly #marks: ForeignMark[] = [];
  #before: Reread | undefined;

  read(line: Fields, reread: Reread): void {
    switch (line['type']) {
      case 'begin_entry':
        return this.#beginEntry(line, reread);
      case 'end_entry':
        return this.#endEntry(line, reread);
      case 'begin_span':
        return this.#beginSpan(line);
      case 'end_span':
        return this.#endSpan(line);
      case 'attribute':
        return this.#addAttribute(line, reread);
    }
  }

  finish(): ForeignRun {
    for (const [id, { short, lines }] of this.#attributes) {
      const span = this.#spans.get(id);
      if (!span || span.kind === 'node') continue;
      const { name } = span;
      Object.assign(span, outlineSpan({ name, attributes: short }));
      span.detail = () => detailSpan(collect(name, lines));
    }
    const spans = [...this.#spans.values()];
    const first = Math.min(...spans.map(({ startMs }) => startMs));
    const last = Math.max(...spans.map(({ startMs, endMs }) => endMs ?? startMs));
    const stage: ForeignSpan = {
      id: STAGE,
      kind: 'stage',
      name: 'workflow',
      startMs: first,
      endMs: last,
      ...(spans.some(({ kind, failed }) => kind === 'node' && failed) ? { failed: true } : {}),
      detail: () => ({}),
    };
    return {
      format: 'burr',
      name: 'burr',
      spans: spans.length > 0 ? [stage, ...spans] : [],
      marks: this.#marks,
    };
  }

  #beginEntry(line: Fields, reread: Reread): void {
    const startMs = parseTime(line['start_time']);
    if (startMs === undefined) return;
    const name = textIn(line, 'action') ?? 'action';
    const visits = [...this.#spans.values()].filter(
      (span) => span.kind === 'node' && span.name === name,
    ).length;
    const id = `entry-${String(line['sequence_id'])}`;
    this.#spans.set(id, {
      id,
      parent: STAGE,
      kind: 'node',
      nodeType: 'action',
      name,
      startMs,
      ...(visits > 0 ? { visit: visits + 1 } : {}),
      detail: () => ({ inputs: asFields(reread()['inputs']) }),
    });
  }

  #endEntry(line: Fields, reread: Reread): void {
    const span = this.#spans.get(`entry-${String(line['sequence_id'])}`);
    if (!span) return;
    span.endMs = parseTime(line['end_time']);
    const exception = textIn(line, 'exception');
    if (exception !== undefined) {
      const message = exception.trim().split('\n').at(-1)!;
      Object.assign(span, { failed: true, error: { message, stack: exception } });
    }
    const { detail } = span;
    span.detail = () => ({ ...detail(), output: reread()['result'] ?? undefined });
    const before = this.#before;
    this.#before = reread;
    const read = (): ReturnType<ForeignMark['read']> => diffState(stateOf(before?.()), stateOf(reread()));
    this.#marks.push({ span: span.id, atMs: span.endMs ?? span.startMs, read });
  }

  #beginSpan(line: Fields): void {
    const id = textIn(line, 'span_id');
    const startMs = parseTime(line['start_time']);
    if (id === undefined || startMs === undefined) return;
    const parent = textIn(line, 'parent_span_id');
    // The root of an action's spans is the action itself.
    const known =
      parent !== undefined && this.#spans.has(parent)
        ? parent
        : `entry-${String(line['action_sequence_id'])}`;
    this.#spans.set(id, {
      id,
      parent: known,
      kind: 'step',
      name: textIn(line, 'span_name') ?? id,
      startMs,
      detail: () => ({}),
    });
  }

  #endSpan(line: Fields): void {
    const span = this.#spans.get(textIn(line, 'span_id') ?? '');
    if (span) span.endMs = parseTime(line['end_time']);
  }

  #addAttribute(line: Fields, reread: Reread): void {
    const [id, key] = [textIn(line, 'span_id'), textIn(line, 'key')];
    if (id === undefined || key === undefined) return;
    const entry = this.#spans.get(`entry-${String(line['action_sequence_id'])}`);
    if (key === 'model' && !this.#spans.has(id) && entry) {
      // The action names the model that it called; if no inner span is the call, its usage is unknown.
      entry.call = { model: textIn(line, 'value'), tokens: undefined, isRequest: false };
      const { detail } = entry;
      entry.detail = () => ({ ...detail(), call: { usage: null } });
    }
    const known = this.#attributes.get(id) ?? { short: {}, lines: [] };
    this.#attributes.set(id, known);
    known.lines.push(reread);
    const { value } = line as { value?: unknown };
    if (typeof value !== 'object' && String(value).length <= LONGEST_SHORT) known.short[key] = value;
  }
}

/** Maximum length of models, kinds and counts. */
const LONGEST_SHORT = 200;

function collect(name: string, lines: readonly Reread[]): DialectSpan {
  return {
    name,
    attributes: Object.fromEntries(
      lines.map((read) => {
        const line = read();
        return [textIn(line, 'key') ?? '', line['value']];
      }),
    ),
  };
}

/** The state without Burr's own bookkeeping. */
function stateOf(line: Fields | undefined): Fields {
  return Object.fromEntries(
    Object.entries(asFields(line?.['state']) ?? {}).filter(([key]) => !key.startsWith('__')),
  );
}
