/** Records a step of an agent framework, such as a tool or a subagent, as a span. */

import { isJsonObject } from '../../lib/data/json-object.js';
import { formatCaptured } from '../event/captured.js';
import type { TraceSink } from '../event/trace-sink.js';
import { finishSpan, startSpan } from './trace-span.js';

/** A step that starts. */
export type StepStart = Readonly<{
  parent: number;
  kind: 'agent' | 'step' | 'tool' | 'retrieval';
  name: string;
  /** An object's fields are its parameters; anything else is one parameter. */
  input?: unknown;
}>;

/** Starts the span of a step and returns its id. */
export function startStep(sink: TraceSink, { parent, kind, name, input }: StepStart): number {
  const span = startSpan(sink, { kind, name: formatCaptured(sink.capture(name)), parent });
  const inputs = Object.entries(isJsonObject(input) ? input : input === undefined ? {} : { input });
  const params = inputs.map(([key, value]) => [key, { value: sink.capture(value, key) }] as const);
  if (params.length > 0) sink.emit({ type: 'params.resolved', span, params: Object.fromEntries(params) });
  return span;
}

/** Finishes it: its output is a line of its log. */
export function finishStep(
  sink: TraceSink,
  span: number,
  { output, error }: Readonly<{ output?: unknown; error?: unknown }>,
): void {
  if (output !== undefined && output !== null) {
    const captured = sink.capture(output);
    const text =
      typeof output !== 'string' && typeof captured === 'object'
        ? JSON.stringify(captured, null, 2)
        : formatCaptured(captured);
    sink.emit({ type: 'log.written', span, stream: 'stdout', text });
  }
  finishSpan(sink, span, error === undefined ? undefined : { error });
}
