/** Exports what a span captured: prompts and responses as the GenAI conventions define them, the rest under names of pflow. */

import type { Call, RunState, Span } from '../../profile/run/run-state.js';
import { attributes, type KeyValue, type OtlpEvent } from '../../otlp/otlp-json.js';
import { isJsonObject } from '../../lib/data/json-object.js';
import { fullValueDeep, type BlobStore } from '../../trace/blobs/blob-store.js';
import { formatCaptured, type Captured } from '../../trace/event/captured.js';

type Time = (ms: number) => string;

/** The messages of a call. A prompt that the messages do not represent exactly is added as it is. */
export function callContent({ request, response }: Call, values: BlobStore): KeyValue[] {
  const read = (value: Captured | undefined): Captured | undefined =>
    value === undefined ? undefined : fullValueDeep(value, values);
  const prompt = read(request?.prompt);
  const system = read(request?.system);
  const { messages, isExact } = toMessages(prompt);
  const output = outputParts(response, read);
  const settings = Object.entries(request?.settings ?? {}).map(([name, value]) => [name, read(value)]);
  return attributes({
    'gen_ai.input.messages': toJson(messages),
    'pflow.prompt': isExact ? undefined : toJson(prompt),
    'pflow.prompt.text': typeof prompt === 'string' || undefined,
    'gen_ai.system_instructions': toJson(system === undefined ? undefined : [toPart(system)]),
    'gen_ai.output.messages': toJson(
      output.length === 0
        ? undefined
        : [{ role: 'assistant', parts: output, finish_reason: response?.finishReason ?? 'stop' }],
    ),
    'pflow.object': toJson(read(response?.object)),
    'gen_ai.tool.definitions': toJson(request?.tools?.map(({ name }) => ({ type: 'function', name }))),
    'pflow.settings': settings.length === 0 ? undefined : toJson(Object.fromEntries(settings)),
  });
}

/** The parameters of a span; of a tool, they are its arguments too. */
export function spanContent({ resolved }: Span, isTool: boolean): KeyValue[] {
  const params = Object.entries(resolved?.params ?? {}).map(([name, { value }]) => [name, value] as const);
  if (params.length === 0) return [];
  const text = toJson(Object.fromEntries(params));
  return attributes({ 'pflow.params': text, 'gen_ai.tool.call.arguments': isTool ? text : undefined });
}

/** The log of a span. */
export function listLogs({ logs }: Span, time: Time): OtlpEvent[] {
  return logs.map(({ at, stream, text, level, source }) => ({
    timeUnixNano: time(at),
    name: 'pflow.log',
    attributes: attributes({
      'pflow.log.stream': stream,
      'pflow.log.text': text,
      'pflow.log.level': level,
      'pflow.log.source': source,
    }),
  }));
}

/** The changes of the store that a span made. `idOf` names the span whose own store it is. */
export function listChanges(
  state: RunState,
  span: number,
  { time, idOf }: Readonly<{ time: Time; idOf: (span: number) => string }>,
): OtlpEvent[] {
  return changesOf(state, span).map(({ at, set, deleted, store }) => ({
    timeUnixNano: time(at),
    name: 'pflow.store',
    attributes: attributes({
      'pflow.store.set': toJson(fullValueDeep(set, state.values)),
      'pflow.store.deleted': deleted,
      'pflow.store.span': store === undefined ? undefined : idOf(store),
    }),
  }));
}

type Change = RunState['changes'][number];

/** The changes by span, of a run with so many. */
const indexes = new WeakMap<RunState['changes'], { length: number; bySpan: Map<number, Change[]> }>();

function changesOf({ changes }: RunState, span: number): readonly Change[] {
  let index = indexes.get(changes);
  if (index?.length !== changes.length) {
    const bySpan = new Map<number, Change[]>();
    for (const change of changes) {
      const known = bySpan.get(change.span);
      if (known) known.push(change);
      else bySpan.set(change.span, [change]);
    }
    index = { length: changes.length, bySpan };
    indexes.set(changes, index);
  }
  return index.bySpan.get(span) ?? [];
}

function toMessages(prompt: Captured | undefined): { messages: object[] | undefined; isExact: boolean } {
  if (prompt === undefined) return { messages: undefined, isExact: true };
  if (!Array.isArray(prompt))
    return { messages: [{ role: 'user', parts: [toPart(prompt)] }], isExact: typeof prompt === 'string' };
  let isExact = true;
  const messages = prompt.map((message: Captured) => {
    if (!isJsonObject(message)) {
      isExact = false;
      return { role: 'user', parts: [toPart(message)] };
    }
    const { role, content = null, ...rest } = message as Readonly<Record<string, Captured>>;
    if (typeof role !== 'string' || typeof content !== 'string' || Object.keys(rest).length > 0)
      isExact = false;
    const parts = Array.isArray(content) ? content.map((each: Captured) => toPart(each)) : [toPart(content)];
    return { role: typeof role === 'string' ? role : 'user', parts };
  });
  return { messages, isExact };
}

/** A part of a message. Parts of a type that the conventions do not define are allowed. */
function toPart(content: Captured): object {
  if (typeof content === 'string') return { type: 'text', content };
  const text = isJsonObject(content) ? (content as Readonly<Record<string, Captured>>)['text'] : undefined;
  if (typeof text === 'string') return { type: 'text', content: text };
  return { type: 'json', content };
}

function outputParts(
  response: Call['response'],
  read: (value: Captured | undefined) => Captured | undefined,
): object[] {
  const { text, object, reasoning, toolCalls = [] } = response ?? {};
  const parts: object[] = [];
  if (reasoning !== undefined) parts.push({ type: 'reasoning', content: formatCaptured(read(reasoning)!) });
  if (object !== undefined) parts.push({ type: 'text', content: JSON.stringify(read(object)) });
  else if (text !== undefined) parts.push({ type: 'text', content: formatCaptured(read(text)!) });
  for (const call of toolCalls) {
    const id = call.id === undefined ? {} : { id: call.id };
    parts.push({ type: 'tool_call', ...id, name: call.name, arguments: read(call.arguments) });
  }
  return parts;
}

function toJson(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
