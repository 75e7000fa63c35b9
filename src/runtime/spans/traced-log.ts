/** Writes a node's log messages to the trace. */
import { createTag } from '../../lib/data/object-tag.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { EventOf } from '../../trace/event/event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { RunContext } from '../contract/runnable.js';

type Log = RunContext['log'];

/** A log that also emits to the trace, to the current span of `position` only: a traced log passed in is unwrapped first. */
export function createTracedLog(
  log: Log,
  sink: TraceSink,
  position: { readonly span: number },
  nodeType?: string,
): Log {
  const inner = untraced.on(log) ?? log;
  const source = nodeType === undefined ? undefined : sourceOf(nodeType);
  const traced: Log = (text, stream = 'stdout') => {
    const captured = formatCaptured(sink.capture(text));
    sink.emit({
      type: 'log.written',
      span: position.span,
      stream,
      text: captured,
      ...(stream === 'warning' ? { level: 'warn' } : {}),
      // A warning is pflow's own.
      ...(source === undefined || stream === 'warning' ? {} : { source }),
    });
    inner(text, stream);
  };
  untraced.put(traced, inner);
  return traced;
}

/** What the log of a node of this type comes from. */
function sourceOf(nodeType: string): EventOf<'log.written'>['source'] {
  if (nodeType === 'shell' || nodeType === 'code') return nodeType;
  return nodeType.startsWith('mcp-') ? 'mcp' : undefined;
}

/**
 * The untraced log inside a traced one: batch items and nodes of nested workflows receive the traced log of the
 * enclosing node.
 */
const untraced = createTag<Log>();
