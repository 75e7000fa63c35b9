/** Decides which spans of a foreign trace are calls to a model, so that each call counts once. */
import type { ForeignMark, ForeignRun, ForeignSpan } from './foreign-run.js';
import type { SpanOrder } from './order-spans.js';

/**
 * The deepest span with a usage is the call; the usage of an enclosing span is a sum of the calls inside, and frameworks
 * differ in what they sum. A span that names a model and reports no usage is a call of unknown usage if no call is inside it. A
 * span of another kind that turns out to be the call gets a child for it. If two levels disagree, the enclosing span gets a
 * warning.
 */
export function chooseCalls(
  run: ForeignRun,
  order: SpanOrder,
): { spans: ForeignSpan[]; marks: ForeignMark[] } {
  const inside = order.sequence.map(() => ({ known: 0, any: 0, tokens: 0 }));
  const spans: ForeignSpan[] = [...run.spans];
  const marks: ForeignMark[] = [...(run.marks ?? [])];
  for (let at = order.sequence.length - 1; at >= 0; at--) {
    const index = order.sequence[at]!;
    const span = run.spans[index]!;
    const found = inside[index]!;
    const chosen = span.call && chooseCall(span, found);
    if (chosen === 'call') {
      if (span.kind !== 'llm') [spans[index], spans[spans.length]] = splitCall(span);
      found.any++;
      if (span.call!.tokens !== undefined) found.known++;
      found.tokens += span.call!.tokens ?? 0;
    } else if (span.call) {
      spans[index] = withoutCall(span);
      const warning = compareLevels(span, found);
      if (warning !== undefined) marks.push(toWarning(span, warning));
    }
    const parent = order.parents[index];
    if (parent === undefined) continue;
    const around = inside[parent]!;
    around.known += found.known;
    around.any += found.any;
    around.tokens += found.tokens;
  }
  return { spans, marks };
}

type Inside = { known: number; any: number; tokens: number };

function chooseCall({ call }: ForeignSpan, inside: Inside): 'call' | 'sum' {
  if (inside.any > 0) return 'sum';
  return call!.tokens !== undefined || call!.isRequest || call!.model !== undefined ? 'call' : 'sum';
}

/** A span of another kind with a child in the same interval for its call. */
function splitCall(span: ForeignSpan): [ForeignSpan, ForeignSpan] {
  const { call, detail, id, startMs, endMs, failed, error } = span;
  const outer: ForeignSpan = { ...span, call: undefined, detail: () => ({ ...detail(), call: undefined }) };
  const inner: ForeignSpan = {
    id: `${id}/call`,
    parent: id,
    kind: 'llm',
    name: call!.model ?? 'unknown',
    startMs,
    endMs,
    ...(failed ? { failed, error } : {}),
    call,
    detail: () => ({ call: detail().call }),
  };
  return [outer, inner];
}

/** A span whose usage repeats that of the calls inside it. */
export function withoutCall(span: ForeignSpan): ForeignSpan {
  const { kind, name, detail } = span;
  return {
    ...span,
    kind: kind === 'llm' ? 'step' : kind,
    name: (kind === 'llm' ? span.call?.spanName : undefined) ?? name,
    call: undefined,
    detail() {
      const { call, inputs, output } = detail();
      return {
        inputs: inputs ?? (call?.prompt === undefined ? undefined : { prompt: call.prompt }),
        output: output ?? call?.object ?? call?.text,
      };
    },
  };
}

function compareLevels({ call }: ForeignSpan, { known, any, tokens }: Inside): string | undefined {
  const own = call!.tokens;
  if (own === undefined || own === tokens) return undefined;
  if (known === 0)
    return `reports ${own} tokens for ${any === 1 ? 'a call' : `${any} calls`} of unknown usage`;
  return `reports ${own} tokens, the calls inside it ${tokens}: those of the calls are counted`;
}

function toWarning(span: ForeignSpan, text: string): ForeignMark {
  return {
    span: span.id,
    atMs: span.endMs ?? span.startMs,
    read: () => ({ type: 'log', stream: 'warning', text: `${span.call?.spanName ?? span.name} ${text}` }),
  };
}
