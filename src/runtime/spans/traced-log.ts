/** Writes a node's log messages to the trace. */
import { createTag } from '../../lib/data/object-tag.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { RunContext } from '../contract/runnable.js';

type Log = RunContext['log'];

/** A log that also emits to the trace, to the current span of `position` only: a traced log passed in is unwrapped first. */
export function createTracedLog(log: Log, sink: TraceSink, position: { readonly span: number }): Log {
  const inner = untraced.on(log) ?? log;
  const traced: Log = (text, stream = 'stdout') => {
    sink.emit({ type: 'log.written', span: position.span, stream, text: formatCaptured(sink.capture(text)) });
    inner(text, stream);
  };
  untraced.put(traced, inner);
  return traced;
}

/**
 * The untraced log inside a traced one: batch items and nodes of nested workflows receive the traced log of the
 * enclosing node.
 */
const untraced = createTag<Log>();
