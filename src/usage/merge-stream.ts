import { parseCount, plus } from './count.js';
import { getField, asFields, hasAny, type Fields } from './fields.js';

/**
 * The events of a stream as the one response they make up, as far as usage goes, by each provider's own rule:
 * - Anthropic spreads usage over `message_start` and cumulative `message_delta`s: the last value of each field holds;
 * - Gemini repeats a cumulative `usageMetadata` in every chunk: the last value of each field holds;
 * - LangChain splits `usage_metadata` over chunks: they add up;
 * - everyone else reports once, at the end: the last event that `isUsage` holds.
 */
export function mergeStream(events: readonly unknown[], isUsage: (event: unknown) => boolean): unknown {
  return (
    anthropicMessage(events) ?? geminiResponse(events) ?? langchainMessage(events) ?? events.findLast(isUsage)
  );
}

function anthropicMessage(events: readonly unknown[]): Fields | undefined {
  const start = events.find((event) => getField(event, 'type') === 'message_start');
  if (start === undefined) return undefined;
  const deltas = events.filter((event) => getField(event, 'type') === 'message_delta');
  const usage = lastValues([
    getField(start, 'message', 'usage'),
    ...deltas.map((delta) => getField(delta, 'usage')),
  ]);
  return { model: getField(start, 'message', 'model'), usage };
}

function geminiResponse(events: readonly unknown[]): Fields | undefined {
  const chunks = events.filter((event) => asFields(getField(event, 'usageMetadata')) !== undefined);
  if (chunks.length === 0) return undefined;
  return {
    ...lastValues(events.map((event) => pick(event, 'modelVersion', 'candidates'))),
    usageMetadata: lastValues(chunks.map((chunk) => getField(chunk, 'usageMetadata'))),
  };
}

function langchainMessage(events: readonly unknown[]): Fields | undefined {
  const parts = events
    .map((event) => getField(event, 'usage_metadata'))
    .filter((part) => hasAny(part, 'input_tokens'));
  return parts.length > 1 ? { usage_metadata: parts.reduce(addDeep) } : undefined;
}

function lastValues(objects: readonly unknown[]): Fields {
  const merged: Record<string, unknown> = {};
  for (const object of objects) {
    for (const name of namesOf(object)) {
      const value = getField(object, name) ?? undefined;
      if (value !== undefined)
        Object.defineProperty(merged, name, { value, enumerable: true, configurable: true });
    }
  }
  return merged;
}

function addDeep(a: unknown, b: unknown): unknown {
  if (asFields(a) === undefined || asFields(b) === undefined) {
    const [left, right] = [parseCount(a), parseCount(b)];
    return typeof left === 'number' && typeof right === 'number' ? plus(left, right) : (b ?? a);
  }
  const names = new Set([...namesOf(a), ...namesOf(b)]);
  return Object.fromEntries(
    Array.from(names, (name) => [name, addDeep(getField(a, name), getField(b, name))]),
  );
}

function pick(source: unknown, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, getField(source, name)]));
}

function namesOf(value: unknown): string[] {
  try {
    return Object.keys(asFields(value) ?? {});
  } catch {
    return [];
  }
}
