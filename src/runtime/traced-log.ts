import { createTag } from '../lib/tag.js';
import { capturedText } from '../trace/captured.js';
import type { TraceSink } from '../trace/sink.js';
import type { RunContext } from './runnable.js';

type Log = RunContext['log'];

/** A log that goes to the trace as well, to the span that `place` is in by then and to no other that the log went to before. */
export function tracedLog(log: Log, sink: TraceSink, place: { readonly span: number }): Log {
  const beneath = untraced.on(log) ?? log;
  const traced: Log = (text, stream = 'stdout') => {
    sink.emit({ type: 'log.written', span: place.span, stream, text: capturedText(sink.capture(text)) });
    beneath(text, stream);
  };
  untraced.put(traced, beneath);
  return traced;
}

/** What lies beneath: a batch item and a node of a nested workflow are handed the log of the node around them. */
const untraced = createTag<Log>();
