import { parseCount, plus } from './count.js';
import { field, fieldsOf, hasAny, type Fields } from './fields.js';

/**
 * The events of a stream as the one response they make up, as far as usage goes, by each provider's own rule:
 * - Anthropic spreads usage over `message_start` and cumulative `message_delta`s: the last value of each field holds;
 * - Gemini repeats a cumulative `usageMetadata` in every chunk: the last value of each field holds;
 * - LangChain splits `usage_metadata` over chunks: they add up;
 * - everyone else reports once, at the end: the last event that `isUsage` holds.
 */
export function foldStream(events: readonly unknown[], isUsage: (event: unknown) => boolean): unknown {
  return (
    anthropicMessage(events) ?? geminiResponse(events) ?? langchainMessage(events) ?? events.findLast(isUsage)
  );
}

function anthropicMessage(events: readonly unknown[]): Fields | undefined {
  const start = events.find((event) => field(event, 'type') === 'message_start');
  if (start === undefined) return undefined;
  const deltas = events.filter((event) => field(event, 'type') === 'message_delta');
  const usage = lastValues([
    field(start, 'message', 'usage'),
    ...deltas.map((delta) => field(delta, 'usage')),
  ]);
  return { model: field(start, 'message', 'model'), usage };
}

function geminiResponse(events: readonly unknown[]): Fields | undefined {
  const chunks = events.filter((event) => fieldsOf(field(event, 'usageMetadata')) !== undefined);
  if (chunks.length === 0) return undefined;
  return {
    ...lastValues(events.map((event) => pick(event, 'modelVersion', 'candidates'))),
    usageMetadata: lastValues(chunks.map((chunk) => field(chunk, 'usageMetadata'))),
  };
}

function langchainMessage(events: readonly unknown[]): Fields | undefined {
  const parts = events
    .map((event) => field(event, 'usage_metadata'))
    .filter((part) => hasAny(part, 'input_tokens'));
  return parts.length > 1 ? { usage_metadata: parts.reduce(addDeep) } : undefined;
}

function lastValues(objects: readonly unknown[]): Fields {
  const merged: Record<string, unknown> = {};
  for (const object of objects) {
    for (const name of namesOf(object)) {
      const value = field(object, name) ?? undefined;
      if (value !== undefined)
        Object.defineProperty(merged, name, { value, enumerable: true, configurable: true });
    }
  }
  return merged;
}

function addDeep(a: unknown, b: unknown): unknown {
  if (fieldsOf(a) === undefined || fieldsOf(b) === undefined) {
    const [left, right] = [parseCount(a), parseCount(b)];
    return typeof left === 'number' && typeof right === 'number' ? plus(left, right) : (b ?? a);
  }
  const names = new Set([...namesOf(a), ...namesOf(b)]);
  return Object.fromEntries(Array.from(names, (name) => [name, addDeep(field(a, name), field(b, name))]));
}

function pick(source: unknown, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, field(source, name)]));
}

function namesOf(value: unknown): string[] {
  try {
    return Object.keys(fieldsOf(value) ?? {});
  } catch {
    return [];
  }
}
