/** Reads the structure that OpenLLMetry (Traceloop) adds to the GenAI conventions: workflows, tasks, agents and tools. */
import type { SpanKind } from '../../trace/event/event.js';
import { jsonAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  workflow: 'step',
  task: 'step',
  agent: 'agent',
  tool: 'tool',
};

/** Reads a span with `traceloop.span.kind`. Its calls use the GenAI names. */
export function readOpenLlmetry({ attributes }: DialectSpan): Reading | undefined {
  const kind = textAt(attributes, 'traceloop.span.kind');
  if (kind === undefined) return undefined;
  return {
    kind: kinds[kind] ?? 'step',
    name: textAt(attributes, 'traceloop.entity.name', 'traceloop.workflow.name'),
    isRequest: false,
    content() {
      const input = jsonAt(attributes, 'traceloop.entity.input');
      return {
        inputs: input === undefined ? undefined : toInputs(input),
        output: jsonAt(attributes, 'traceloop.entity.output'),
      };
    },
  };
}
