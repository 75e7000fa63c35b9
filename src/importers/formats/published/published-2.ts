/** Reads format 2.x of published pflow: events of nodes, as lines with shared texts or as a tree. */
import { asFields, getField, toList, type Fields } from '../../../usage/fields/fields.js';
import type { ForeignRecord } from '../../files/foreign-record.js';
import { diffState } from '../../frame/diff-state.js';
import type { ForeignMark, ForeignSpan, SpanDetail } from '../../frame/foreign-run.js';
import { parseTime } from '../../frame/foreign-time.js';
import { textIn } from '../../frame/record-text.js';
import { toLabel } from '../../frame/to-label.js';
import { errorText, toCallSpan, toNodeType } from './published-node.js';
import { toNumber } from '../../../lib/data/foreign-value.js';

type Spans = { spans: ForeignSpan[]; marks: ForeignMark[] };

/** Re-reads an event and resolves its references to texts. */
type Reread = () => Fields;

/** The lines of a file. `complete` is its last line, absent where the program was killed. */
export function readPublished2Lines(lines: readonly ForeignRecord[]): {
  to: Spans;
  complete: Fields | undefined;
} {
  const blobs = new Map<string, () => unknown>();
  const events = new Map<string, { event: Fields; reread: Reread }>();
  const started = new Map<string, Fields>();
  const marks: ForeignMark[] = [];
  let complete: Fields | undefined;
  for (const { value, reread } of lines) {
    const line = asFields(value) ?? {};
    const id = String(line['id']);
    switch (line['kind']) {
      case 'blob':
        blobs.set(String(line['md5']), () => getField(reread(), 'value'));
        break;
      case 'node.start':
        started.set(id, line);
        break;
      case 'event':
        // An id may occur twice: the second event corrects the first.
        events.set(id, { event: line, reread: () => asFields(restore(reread(), blobs)) ?? {} });
        break;
      case 'gate':
        marks.push(...gateMark(line, () => asFields(reread()) ?? {}));
        break;
      case 'run.complete':
        complete = line;
        break;
    }
  }
  const reader = new EventReader();
  const sorted = [...events.values()].toSorted((a, b) => seqOf(a.event) - seqOf(b.event));
  for (const { event, reread } of sorted) reader.read(event, reread, parentId(event));
  for (const [id, line] of started) if (!events.has(id)) reader.start(line);
  return { to: { spans: reader.spans, marks: [...reader.marks, ...marks] }, complete };
}

/** Converts a document whose events contain those of nested workflows. */
export function readPublished2Tree(document: Fields): Spans {
  const reader = new EventReader();
  const blobs = new Map(
    Object.entries(asFields(document['blobs']) ?? {}).map(([md5, text]) => [md5, () => text] as const),
  );
  const events = toList(document['nodes'] ?? document['events']).map(asFields);
  for (const event of events)
    if (event) reader.readTree(event, (each) => asFields(restore(each, blobs)) ?? {}, undefined);
  return reader;
}

class EventReader {
  readonly spans: ForeignSpan[] = [];
  readonly marks: ForeignMark[] = [];
  readonly #visits = new Map<string, number>();
  #count = 0;

  /** Adds a node that has no event: it had not finished. */
  start(line: Fields): void {
    const startMs = parseTime(line['timestamp']);
    if (startMs !== undefined)
      this.spans.push({ ...this.#node(line, parentId(line)), startMs, detail: () => ({}) });
  }

  /** Adds a node and its calls and items; returns the id of its span. */
  read(event: Fields, reread: Reread, parent: string | undefined): string | undefined {
    const endMs = parseTime(event['timestamp']);
    if (endMs === undefined) return undefined;
    const status = textIn(event, 'status');
    const failed = status === 'failed' || event['success'] === false;
    const isReused = status === 'cached' || event['restored'] === true;
    const span: ForeignSpan = {
      ...this.#node(event, parent),
      ...(isReused ? { label: event['restored'] === true ? 'restored' : 'cached' } : {}),
      startMs: endMs - (toNumber(event['duration_ms'] ?? 0) || 0),
      endMs,
      ...(failed ? { failed, error: { message: errorText(event['error']) ?? 'failed' } } : {}),
      detail: () => detailOf(reread()),
    };
    this.spans.push(span);
    const call = asFields(event['llm_call']);
    // Reused results cost nothing in this run.
    if (call && !isReused)
      this.spans.push(toCallSpan(`${span.id}/call`, span.id, call, span, () => textsOf(reread())));
    for (const [index, item] of toList(event['batch_items']).entries()) {
      this.#readItem(
        asFields(item) ?? {},
        () => asFields(toList(reread()['batch_items'])[index]) ?? {},
        span,
        index,
        toList(event['batch_items']).length,
      );
    }
    const namespace = `/${span.name}`;
    this.marks.push({
      span: span.id,
      atMs: endMs,
      read: () => diffState({}, asFields(reread()['node_output']) ?? {}, namespace),
    });
    return span.id;
  }

  /** Adds an event with those of its nested workflow inside it. */
  readTree(event: Fields, restored: (event: unknown) => Fields, parent: string | undefined): void {
    const id = this.read(event, () => restored(event), parent);
    for (const each of toList(event['sub_workflow_events'])) {
      const inner = asFields(each);
      if (inner) this.readTree(inner, restored, id);
    }
  }

  #node(event: Fields, parent: string | undefined): Omit<ForeignSpan, 'startMs' | 'detail'> {
    const name = textIn(event, 'node_id') ?? 'node';
    const key = `${parent ?? ''}/${name}`;
    const visit = (this.#visits.get(key) ?? 0) + 1;
    this.#visits.set(key, visit);
    return {
      id: event['id'] === undefined ? `node-${this.#count++}` : `event-${String(event['id'])}`,
      parent,
      kind: 'node',
      name,
      nodeType: toNodeType(textIn(event, 'node_type') ?? 'node'),
      ...(visit > 1 ? { visit } : {}),
    };
  }

  /** An item has a duration and no time: it is shown from the start of its node. */
  #readItem(item: Fields, reread: Reread, node: ForeignSpan, position: number, of: number): void {
    const index = toNumber(item['index'] ?? position);
    const duration = toNumber(item['duration_ms'] ?? 0) || 0;
    const failed = item['success'] === false;
    const span: ForeignSpan = {
      id: `${node.id}/item-${index}`,
      parent: node.id,
      kind: 'item',
      name: String(index),
      index,
      of,
      label: toLabel(typeof item['item'] === 'string' ? item['item'] : JSON.stringify(item['item'])),
      startMs: node.startMs,
      endMs: Math.min(node.startMs + duration, node.endMs ?? Infinity),
      ...(failed ? { failed, error: { message: errorText(item['error']) ?? 'failed' } } : {}),
      detail: () => detailOf(reread()),
    };
    this.spans.push(span);
    const call = asFields(item['llm_call']);
    if (call && item['cached'] !== true) {
      this.spans.push(toCallSpan(`${span.id}/call`, span.id, call, span, () => textsOf(reread())));
    }
    for (const [at, each] of toList(item['events']).entries()) {
      const event = asFields(each);
      if (!event) continue;
      const inner = { ...event, id: `${span.id}/${String(event['id'] ?? at)}` };
      this.read(inner, () => asFields(toList(reread()['events'])[at]) ?? {}, span.id);
    }
  }
}

function detailOf(event: Fields): SpanDetail {
  const resolved = asFields(event['template_resolutions']) ?? {};
  const inputs: Record<string, unknown> = { ...asFields(event['node_params']) };
  const templates: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(resolved)) {
    const isPair = asFields(value) !== undefined && 'resolved' in asFields(value)!;
    inputs[name] = isPair ? getField(value, 'resolved') : value;
    const template = isPair ? getField(value, 'template') : asFields(event['node_params'])?.[name];
    if (template !== undefined) templates[name] = template;
  }
  return { inputs, templates };
}

function textsOf(event: Fields): { prompt?: unknown; system?: unknown; response?: unknown } {
  return { prompt: event['llm_prompt'], system: event['llm_system'], response: event['llm_response'] };
}

function gateMark(line: Fields, reread: Reread): ForeignMark[] {
  const atMs = parseTime(line['timestamp']);
  if (atMs === undefined) return [];
  const read = (): ReturnType<ForeignMark['read']> => {
    const { kind: _, timestamp: __, ...rest } = reread();
    return {
      type: 'log',
      text: `${String(line['phase'])} at ${String(line['node_id'])}: ${JSON.stringify(rest)}`,
    };
  };
  return [{ span: 'workflow', atMs, read }];
}

function seqOf(event: Fields): number {
  return toNumber(event['seq'] ?? event['id'] ?? 0);
}

function parentId(line: Fields): string | undefined {
  const parent = line['parent_id'];
  return parent === undefined || parent === null ? undefined : `event-${String(parent)}`;
}

/** Resolves references to texts that the file stores once. */
function restore(value: unknown, blobs: ReadonlyMap<string, () => unknown>): unknown {
  if (Array.isArray(value)) return value.map((each) => restore(each, blobs));
  if (typeof value !== 'object' || value === null) return value;
  const md5 = textIn(value, '$pflow_blob');
  if (md5 !== undefined) return blobs.get(md5)?.() ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, restore(each, blobs)]));
}
