import { UnusableAnswer, type LlmAttemptObserver, type LlmResponse } from '../../llm/client/client.js';
import { estimateOutputTokens } from '../../usage/estimate.js';
import type { EventOf } from '../../trace/event/event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { finishSpan, startSpan } from './trace-span.js';

/** One request to a model, as it is begun. */
export type LlmSpanStart = Readonly<{
  parent: number;
  provider: string;
  model: string;
  attempt?: number;
  free?: boolean;
  prompt?: unknown;
  system?: unknown;
  settings?: Readonly<Record<string, unknown>>;
}>;

/** llm.progress is sampled to four a second. */
const PROGRESS_INTERVAL_MS = 250;

/** Opens the span of one request to a model; what it gives back hears how the request goes and closes the span, once. */
export function startLlmSpan(sink: TraceSink, start: LlmSpanStart): LlmAttemptObserver {
  const { parent, provider, model, attempt = 1, free, prompt, system, settings = {} } = start;
  const span = startSpan(sink, {
    kind: 'llm',
    name: model,
    parent,
    attempt,
    provider,
    model,
    ...(free ? { free: true } : {}),
  });
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  sink.emit({
    type: 'llm.request',
    span,
    ...(prompt === undefined ? {} : { prompt: sink.capture(prompt) }),
    ...(system === undefined ? {} : { system: sink.capture(system) }),
    ...(given.length
      ? { settings: Object.fromEntries(given.map(([key, value]) => [key, sink.capture(value, key)])) }
      : {}),
  });
  let sampledAt = sink.now();
  let ended = false;
  return {
    progress(textSoFar) {
      if (ended || sink.now() - sampledAt < PROGRESS_INTERVAL_MS) return;
      sampledAt = sink.now();
      sink.emit({ type: 'llm.progress', span, output: estimateOutputTokens(textSoFar, model) });
    },
    responded(response) {
      if (ended) return;
      ended = true;
      sink.emit(responseEvent(sink, span, response));
      finishSpan(sink, span);
    },
    failed(error) {
      if (ended) return;
      ended = true;
      if (error instanceof UnusableAnswer) {
        sink.emit({ ...responseEvent(sink, span, error.response), unusable: true });
      }
      finishSpan(sink, span, { error });
    },
  };
}

function responseEvent(
  sink: TraceSink,
  span: number,
  response: LlmResponse,
): Omit<EventOf<'llm.response'>, 'seq' | 'at'> {
  const { text, object, finishReason, model, usage, usageOrigin, rawUsage, firstTokenMs } = response;
  return {
    type: 'llm.response',
    span,
    ...(object === undefined ? { text: sink.capture(text) } : { object: sink.capture(object) }),
    ...(finishReason === undefined ? {} : { finishReason }),
    model,
    usage,
    usageOrigin,
    ...(rawUsage === undefined ? {} : { rawUsage: sink.capture(rawUsage, 'usage') }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs: Math.round(firstTokenMs * 1000) / 1000 }),
  };
}
