/** Reads what the events of streams have in common: their type, the model and the response they belong to. */
import {
  asFields,
  fieldNames,
  firstPresent,
  getField,
  parseIfJson,
  readField,
  toList,
} from '../fields/fields.js';
import { parseCount } from '../fields/count.js';
import { setOwn } from '../../lib/data/own-property.js';

/** The event inside an envelope: a server-sent event as an object, or Claude Code's wrapper of a provider's event. */
export function unwrapEvent(event: unknown): unknown {
  if (typeOf(event) === 'stream_event') return getField(event, 'event');
  const data = parseIfJson(getField(event, 'data'));
  const isEnvelope = asFields(data) && asFields(getField(event, 'usage')) === undefined;
  return isEnvelope ? data : event;
}

export function typeOf(event: unknown): string | undefined {
  return textOf(firstPresent(event, 'type', 'event_type'));
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The model that an event or a response names. */
export function modelOf(event: unknown): string | undefined {
  return textOf(
    firstPresent(event, 'model', 'modelVersion', 'modelId') ??
      firstPresent(getField(event, 'response'), 'model', 'modelId') ??
      getField(event, 'message', 'model'),
  );
}

/** The id of the response that an event belongs to. */
export function responseIdOf(event: unknown): string | undefined {
  return textOf(
    firstPresent(getField(event, 'response'), 'id') ??
      getField(event, 'message', 'id') ??
      firstPresent(event, 'id', 'responseId', 'response_id'),
  );
}

/** Whether an event is a chunk of an OpenAI chat stream, which some servers give an id of its own each. */
export function isChatChunk(event: unknown): boolean {
  return (
    (textOf(getField(event, 'object')) ?? '').endsWith('chunk') ||
    toList(getField(event, 'choices')).some((choice) => asFields(getField(choice, 'delta')) !== undefined)
  );
}

/** Two reports of the same stream: the later value holds, except that 0 and null do not erase what was reported before. */
export function mergeValue(earlier: unknown, later: unknown): unknown {
  if (later === null || later === undefined) return earlier;
  const [before, after] = [asFields(earlier), asFields(later)];
  if (before && after) {
    const merged: Record<string, unknown> = {};
    for (const name of fieldNames(before)) setOwn(merged, name, readField(before, name));
    for (const name of fieldNames(after)) {
      const value = Object.hasOwn(merged, name) ? merged[name] : undefined;
      setOwn(merged, name, mergeValue(value, readField(after, name)));
    }
    return merged;
  }
  if (Array.isArray(later) && later.length === 0) return earlier ?? later;
  return parseCount(later) === 0 && parseCount(earlier) ? earlier : later;
}
