/** Records one request to a model and its response as trace events. */

import { estimateOutputTokens } from '../../usage/estimate.js';
import type { Usage, UsageOrigin } from '../../usage/record/usage.js';
import type { EventOf } from '../event/event.js';
import type { TraceSink } from '../event/trace-sink.js';
import { describeParts } from './prompt-parts.js';
import { finishSpan, startSpan, type FinishFacts } from './trace-span.js';

/** A request to a model as it is sent. */
export type CallStart = Readonly<{
  /** The span that made it. */
  parent: number;
  provider: string;
  model: string;
  attempt?: number;
  free?: boolean;
  /** Answered from a recording: it costs nothing. */
  replayed?: boolean;
  prompt?: unknown;
  system?: unknown;
  settings?: Readonly<Record<string, unknown>>;
  tools?: readonly Readonly<{ name: string; bytes: number }>[];
  /** The tools as they were sent, of which only size and hash are recorded. */
  toolDefinitions?: unknown;
  toolChoice?: unknown;
  responseFormat?: unknown;
  thinking?: unknown;
  api?: string;
  host?: string;
  seenBy?: SeenBy;
  /** `guessed` where the async context does not show which code made the call. */
  attribution?: 'known' | 'guessed';
}>;

/** How a call was detected: through our own client, on the wire, or only from the usage that the node reports. */
export type SeenBy = NonNullable<EventOf<'llm.request'>['seenBy']>;

/** The response. Texts and objects are captured here. */
export type CallResponse = Readonly<{
  text: string;
  object?: unknown;
  reasoning?: string;
  toolCalls?: readonly Readonly<{ id?: string; name: string; arguments: unknown }>[];
  finishReason?: string;
  model: string;
  usage: Usage | null;
  usageOrigin: UsageOrigin;
  /** Why usage is missing or estimated, and what to do about it. */
  usageNote?: string;
  rawUsage?: unknown;
  firstTokenMs?: number;
  /** The response was incomplete: its counts are lower bounds. */
  incomplete?: boolean;
  /** HTTP status. */
  status?: number;
  ids?: Readonly<{ request?: string; response?: string; session?: string }>;
  /** Why the call costs nothing, as a clause: `answered by ollama`. */
  free?: string;
  /** The response was billed but could not be used. */
  unusable?: boolean;
}>;

/** Records the progress and the end of a call. Only the first end counts. */
export interface CallRecorder {
  /** The call's span. */
  readonly span: number;
  progress(textSoFar: string): void;
  responded(response: CallResponse): void;
  /** `response` is the part received before the failure, if any: it was billed. */
  failed(error: unknown, response?: CallResponse, facts?: CallFailureFacts): void;
  /** States the usage of a call that finished without one: what a node reports, or an estimate. */
  amendUsage(amended: Pick<CallResponse, 'model' | 'usage' | 'usageOrigin' | 'usageNote' | 'rawUsage'>): void;
}

/** What is known of a request that failed. */
export type CallFailureFacts = Pick<FinishFacts, 'retryReason' | 'httpStatus' | 'requestId'>;

/** llm.progress is sampled at four per second. */
const PROGRESS_INTERVAL_MS = 250;

/**
 * Starts the span of a request to a model. The request itself is recorded right after it was sent, since redacting and hashing
 * a long prompt takes longer than everything else here.
 */
export function recordCall(sink: TraceSink, start: CallStart): CallRecorder {
  const { parent, provider, model, attempt = 1, free } = start;
  const span = startSpan(sink, {
    kind: 'llm',
    name: model,
    parent,
    attempt,
    provider,
    model,
    ...(free ? { free: true } : {}),
  });
  let isRecorded = false;
  const recordRequest = (): void => {
    if (isRecorded) return;
    isRecorded = true;
    sink.emit(requestEvent(sink, span, start));
  };
  setImmediate(recordRequest);
  let sampledAt = sink.now();
  let finished = false;
  const finish = (
    response: CallResponse | undefined,
    end?: { error: unknown; facts?: CallFailureFacts | undefined },
  ): void => {
    if (finished) return;
    finished = true;
    recordRequest();
    if (response) sink.emit(responseEvent(sink, span, response, start.replayed));
    finishSpan(sink, span, end);
    sink.stream?.(span, undefined);
  };
  return {
    span,
    progress(textSoFar) {
      if (!finished) sink.stream?.(span, textSoFar);
      if (finished || sink.now() - sampledAt < PROGRESS_INTERVAL_MS) return;
      sampledAt = sink.now();
      recordRequest();
      sink.emit({ type: 'llm.progress', span, output: estimateOutputTokens(textSoFar, model) });
    },
    responded: (response) => finish(response),
    failed: (error, response, facts) => finish(response, { error, facts }),
    amendUsage(amended) {
      if (finished) sink.emit(responseEvent(sink, span, amended, start.replayed));
    },
  };
}

type Body<T extends 'llm.request' | 'llm.response'> = Omit<EventOf<T>, 'seq' | 'at'>;

function requestEvent(sink: TraceSink, span: number, start: CallStart): Body<'llm.request'> {
  const { tools = [], api, host, seenBy, attribution } = start;
  const settings = Object.entries(start.settings ?? {}).filter(([, value]) => value !== undefined);
  const event: Body<'llm.request'> = { type: 'llm.request', span };
  for (const name of ['prompt', 'system', 'toolChoice', 'responseFormat', 'thinking'] as const) {
    if (start[name] !== undefined) event[name] = sink.capture(start[name]);
  }
  if (settings.length > 0) {
    event.settings = Object.fromEntries(settings.map(([key, value]) => [key, sink.capture(value, key)]));
  }
  const parts = describeParts(start);
  if (parts.length > 0) event.parts = parts;
  if (tools.length > 0) event.tools = tools.map(({ name, bytes }) => ({ name, bytes }));
  if (api !== undefined) event.api = api;
  if (host !== undefined) event.host = host;
  if (seenBy !== undefined) event.seenBy = seenBy;
  if (attribution !== undefined) event.attribution = attribution;
  return event;
}

function responseEvent(
  sink: TraceSink,
  span: number,
  response: Omit<CallResponse, 'text'> & { text?: string },
  replayed = false,
): Body<'llm.response'> {
  const { text, object, toolCalls = [], model, usage, usageOrigin, firstTokenMs, ids = {} } = response;
  const event: Body<'llm.response'> = { type: 'llm.response', span, model, usage, usageOrigin };
  if (usage?.parts) {
    const { parts, ...sum } = usage;
    event.usage = sum;
    event.usages = parts;
  }
  if (usage?.serviceTier !== undefined) event.tier = usage.serviceTier;
  if (object !== undefined) event.object = sink.capture(object);
  else if (text !== undefined) event.text = sink.capture(text);
  if (response.reasoning !== undefined) event.reasoning = sink.capture(response.reasoning);
  if (toolCalls.length > 0) {
    event.toolCalls = toolCalls.map((call) => ({ ...call, arguments: sink.capture(call.arguments) }));
  }
  if (response.rawUsage !== undefined) event.rawUsage = sink.capture(response.rawUsage, 'usage');
  if (firstTokenMs !== undefined) event.firstTokenMs = Math.round(firstTokenMs * 1000) / 1000;
  if (response.finishReason !== undefined) event.finishReason = response.finishReason;
  if (response.usageNote !== undefined) event.usageNote = response.usageNote;
  if (response.status !== undefined) event.status = response.status;
  if (response.free !== undefined) event.free = response.free;
  if (replayed) event.replayed = true;
  if (response.incomplete === true) event.incomplete = true;
  if (response.unusable === true) event.unusable = true;
  if (Object.values(ids).some((id) => id !== undefined)) event.ids = { ...ids };
  return event;
}
