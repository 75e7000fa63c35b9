/** Reads format 1.2.0 of published pflow: a list of nodes with the store before and after each. */
import { asFields, getField, toList, type Fields } from '../../../usage/fields/fields.js';
import { diffState } from '../../frame/diff-state.js';
import type { ForeignMark, ForeignSpan } from '../../frame/foreign-run.js';
import { parseTime } from '../../frame/foreign-time.js';
import { textIn } from '../../frame/record-text.js';
import { errorText, toCallSpan, toNodeType } from './published-node.js';
import { toNumber } from '../../../lib/data/foreign-value.js';

/** The nodes of a trace, in the order in which they ran. */
export function readPublished1(document: Fields): { spans: ForeignSpan[]; marks: ForeignMark[] } {
  const spans: ForeignSpan[] = [];
  const marks: ForeignMark[] = [];
  const visits = new Map<string, number>();
  for (const [index, value] of toList(document['nodes']).entries()) {
    const event = asFields(value);
    const endMs = parseTime(event?.['timestamp']);
    if (!event || endMs === undefined) continue;
    const name = textIn(event, 'node_id') ?? textIn(event, 'type') ?? `node ${index + 1}`;
    const visit = (visits.get(name) ?? 0) + 1;
    visits.set(name, visit);
    const node = toNode(event, { id: `node-${index}`, name, visit, endMs });
    spans.push(node, ...callsOf(event, node));
    // The first node finds the workflow's inputs in the store.
    if (index === 0)
      marks.push({
        span: node.id,
        atMs: node.startMs,
        read: () => diffState({}, storeOf(event, 'shared_before')),
      });
    marks.push({ span: node.id, atMs: endMs, read: () => changesOf(event) });
  }
  return { spans, marks };
}

function toNode(
  event: Fields,
  { id, name, visit, endMs }: { id: string; name: string; visit: number; endMs: number },
): ForeignSpan {
  const duration = toNumber(event['duration_ms'] ?? 0) || 0;
  const failed = event['success'] === false;
  return {
    id,
    kind: 'node',
    name,
    nodeType: toNodeType(textIn(event, 'node_type') ?? 'node'),
    ...(visit > 1 ? { visit } : {}),
    startMs: endMs - duration,
    endMs,
    ...(failed ? { failed, error: { message: errorText(event['error']) ?? 'failed' } } : {}),
    detail: () => ({}),
  };
}

/** The call of a node, or those that a batch added to the list of all calls or left in its results, but never both. */
function callsOf(event: Fields, node: ForeignSpan): ForeignSpan[] {
  const own = asFields(event['llm_call']);
  if (own) {
    const read = () => ({
      prompt: event['llm_prompt'] ?? event['llm_prompt_truncated'],
      response: event['llm_response'] ?? event['llm_response_truncated'],
    });
    return [toCallSpan(`${node.id}/call`, node.id, own, node, read)];
  }
  return addedCalls(event).map((call, index) => {
    const duration = toNumber(call['duration_ms'] ?? NaN);
    const times = {
      startMs: node.startMs,
      endMs: Number.isFinite(duration) ? Math.min(node.startMs + duration, node.endMs!) : node.endMs,
    };
    return toCallSpan(`${node.id}/call-${index}`, node.id, call, times, () => ({ prompt: call['prompt'] }));
  });
}

function addedCalls(event: Fields): Fields[] {
  const calls = (side: string): Fields[] =>
    toList(getField(event, side, '__llm_calls__'))
      .map(asFields)
      .filter((call) => call !== undefined);
  const added = calls('shared_after').slice(calls('shared_before').length);
  if (added.length > 0) return added;
  const node = textIn(event, 'node_id') ?? '';
  const before = getField(event, 'shared_before', node);
  const results = before === undefined ? toList(getField(event, 'shared_after', node, 'results')) : [];
  return results
    .map((result) => asFields(getField(result, 'llm_usage')))
    .filter((usage) => usage !== undefined);
}

/** The store without the program's own keys. */
function storeOf(event: Fields, side: string): Fields {
  const store = asFields(event[side]) ?? {};
  return Object.fromEntries(Object.entries(store).filter(([key]) => !key.startsWith('__')));
}

/** The changes of a node: the values in its own namespace individually, anything else by its key. */
function changesOf(event: Fields): ReturnType<ForeignMark['read']> {
  const name = textIn(event, 'node_id') ?? '';
  const before = storeOf(event, 'shared_before');
  const after = storeOf(event, 'shared_after');
  const own = asFields(after[name]);
  if (!own) return diffState(before, after);
  const { [name]: _, ...rest } = after;
  const { [name]: known, ...restBefore } = before;
  const inside = diffState(asFields(known) ?? {}, own, `/${name}`);
  const around = diffState(restBefore, rest);
  if (inside?.type !== 'store' || around?.type !== 'store') return inside ?? around;
  return {
    type: 'store',
    set: { ...around.set, ...inside.set },
    deleted: [...(around.deleted ?? []), ...(inside.deleted ?? [])],
  };
}
