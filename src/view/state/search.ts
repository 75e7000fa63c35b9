/** Full-text search over the recorded content of spans. */

import { type Captured } from '../../trace/event/captured.js';
import { valuesInclude } from '../../trace/indexed/lazy-event.js';
import type { RunState, Span } from '../../profile/run/run-state.js';

/**
 * Whether any recorded text of a span matches: names, type, model, prompt, response, parameters, writes, log and error.
 * `wanted` is in lower case. Undefined while a file is still being searched.
 */
export function spanMatches(run: RunState, span: Span, label: string, wanted: string): boolean | undefined {
  if (label.toLowerCase().includes(wanted)) return true;
  // What follows does not depend on the label, which each view gives as it shows the span.
  // Finished spans never change, and re-reading their values for each frame would be slow, so results are cached.
  const known = results.get(span);
  if (known?.wanted === wanted) return known.matches;
  // The query was extended: non-matches of the prefix cannot match, so only previous matches are tested again.
  const isRuledOut = known?.matches === false && wanted.includes(known.wanted);
  const matches = isRuledOut ? false : wordsMatch(span, wanted) || valuesMatch(run, span, wanted);
  if (span.status !== 'running' && matches !== undefined) results.set(span, { wanted, matches });
  return matches;
}

const results = new WeakMap<Span, Readonly<{ wanted: string; matches: boolean }>>();

function wordsMatch(span: Span, wanted: string): boolean {
  const { call, error } = span;
  return [
    span.name,
    span.kind,
    span.nodeType,
    span.status,
    call?.requestedModel,
    call?.model,
    call?.provider,
    error?.name,
    error?.message,
    error?.code,
  ].some((text) => text?.toLowerCase().includes(wanted));
}

function valuesMatch(run: RunState, span: Span, wanted: string): boolean | undefined {
  const { call, resolved, logs } = span;
  const { request, response } = call ?? {};
  let isUnsure = false;
  const oneHas = (...values: (Captured | undefined)[]) => values.some((value) => has(value, wanted));
  const eventHas = (event: object, look: () => boolean) => {
    const answer = valuesInclude(event, wanted, look);
    isUnsure ||= answer === undefined;
    return answer === true;
  };
  const found =
    (request !== undefined && eventHas(request, () => oneHas(request.system, request.prompt))) ||
    (response !== undefined && eventHas(response, () => oneHas(response.text, response.object))) ||
    writesOf(run, span.id).some((change) => eventHas(change, () => oneHas(change.set))) ||
    (resolved !== undefined &&
      eventHas(resolved, () =>
        Object.entries(resolved.params).some(([name, { template, value, from = [] }]) =>
          oneHas(name, template, value, ...from),
        ),
      )) ||
    logs.some((log) => eventHas(log, () => oneHas(log.text)));
  return found || (isUnsure ? undefined : false);
}

function has(value: Captured | undefined, wanted: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  if (typeof value !== 'object') return String(value).includes(wanted);
  if (Array.isArray(value)) return value.some((each: Captured) => has(each, wanted));
  return Object.entries(value).some(([key, each]) => has(key, wanted) || has(each as Captured, wanted));
}

type Change = RunState['changes'][number];
type Writes = { indexed: number; readonly bySpan: Map<number, Change[]> };

const writes = new WeakMap<RunState['changes'], Writes>();

/** The searchable text of the writes of a span. The list of changes is append-only, so each change is visited once. */
function writesOf({ changes }: RunState, id: number): readonly Change[] {
  const index = writes.get(changes) ?? { indexed: 0, bySpan: new Map() };
  writes.set(changes, index);
  for (; index.indexed < changes.length; index.indexed++) {
    const change = changes[index.indexed]!;
    const known = index.bySpan.get(change.span);
    if (known) known.push(change);
    else index.bySpan.set(change.span, [change]);
  }
  return index.bySpan.get(id) ?? [];
}
