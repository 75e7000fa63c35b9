import { createTag } from '../../lib/data/object-tag.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { RunContext } from '../contract/runnable.js';

type Log = RunContext['log'];

/** A log that goes to the trace as well, to the span that `place` is in by then and to no other that the log went to before. */
export function tracedLog(log: Log, sink: TraceSink, place: { readonly span: number }): Log {
  const beneath = untraced.on(log) ?? log;
  const traced: Log = (text, stream = 'stdout') => {
    sink.emit({ type: 'log.written', span: place.span, stream, text: formatCaptured(sink.capture(text)) });
    beneath(text, stream);
  };
  untraced.put(traced, beneath);
  return traced;
}

/** What lies beneath: a batch item and a node of a nested workflow are handed the log of the node around them. */
const untraced = createTag<Log>();
