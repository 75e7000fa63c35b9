/** Reads what Laminar's SDK adds to the GenAI conventions: the kinds of spans, their values, and answers from a cache. */
import type { SpanKind } from '../../trace/event/event.js';
import { jsonAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = { LLM: 'llm', TOOL: 'tool' };

/** Reads a span with `lmnr.span.type`. `CACHED` has the usage of the call whose answer it repeats. */
export function readLaminar({ attributes }: DialectSpan): Reading | undefined {
  const type = textAt(attributes, 'lmnr.span.type');
  if (type === undefined) return undefined;
  const isCached = type === 'CACHED';
  return {
    kind: kinds[type] ?? (isCached ? 'step' : undefined),
    isRequest: type === 'LLM' ? true : undefined,
    isCached,
    content() {
      const input = jsonAt(attributes, 'lmnr.span.input');
      const output = jsonAt(attributes, 'lmnr.span.output');
      return { inputs: input === undefined ? undefined : toInputs(input), output };
    },
  };
}
