/** Merges streams whose events each have a part of one usage: Anthropic's, Gemini's and LangChain's. */
import { addSafely, parseCount } from '../fields/count.js';
import { asFields, fieldNames, getField, hasAny, readField, toList } from '../fields/fields.js';
import type { Usage } from '../record/usage.js';
import { combineKnown, type LocateEvent } from './combine-known.js';
import { mergeValue, modelOf, typeOf } from './stream-event.js';

/** Anthropic: each `message_start` begins a message, whose `message_delta`s are cumulative. Without a delta it broke off. */
export function mergeAnthropic(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const messages: unknown[][] = [];
  for (const event of events) {
    if (typeOf(event) === 'message_start') messages.push([event]);
    else if (typeOf(event) === 'message_delta') messages.at(-1)?.push(event);
  }
  return combineKnown(
    messages.map(([start, ...deltas]) => {
      const model = modelOf(start);
      const reports = deltas.map((delta) => getField(delta, 'usage'));
      const usage = [getField(start, 'message', 'usage'), ...reports].reduce(mergeValue, {});
      const incomplete = !reports.some((report) => asFields(report) !== undefined);
      return [model, locate({ model, usage }, { api: 'messages', ...(incomplete ? { incomplete } : {}) })];
    }),
  );
}

/** Gemini: every chunk has the sums so far. In Live that holds for a turn, and each turn is billed. */
export function mergeGemini(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const turns: unknown[][] = [[]];
  for (const event of events) {
    turns.at(-1)!.push(event);
    if (getField(event, 'serverContent', 'turnComplete') === true) turns.push([]);
  }
  return combineKnown(
    turns.flatMap((chunks) => {
      const reports = chunks.flatMap((chunk) => asFields(getField(chunk, 'usageMetadata')) ?? []);
      if (reports.length === 0) return [];
      const modelVersion = chunks.map((chunk) => getField(chunk, 'modelVersion')).findLast((each) => each);
      const candidates = chunks.map((chunk) => toList(getField(chunk, 'candidates')));
      const all = candidates.flat();
      const incomplete = all.length > 0 && !all.some((each) => hasAny(each, 'finishReason'));
      const response = {
        modelVersion,
        candidates: candidates.findLast((each) => each.some(isGrounded)) ?? [],
        usageMetadata: reports.reduce<unknown>(mergeValue, {}),
      };
      return [[modelOf(response), locate(response, incomplete ? { incomplete } : {})] as const];
    }),
  );
}

/** LangChain: the chunks of a message, and the messages of a conversation, add up. */
export function mergeLangchain(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const reports = events
    .map((event) => getField(event, 'usage_metadata'))
    .filter((report) => hasAny(report, 'input_tokens', 'output_tokens'));
  if (reports.length < 2) return undefined;
  const last = events.findLast((event) => hasAny(event, 'response_metadata'));
  return locate({
    usage_metadata: reports.reduce(addFields),
    response_metadata: getField(last, 'response_metadata'),
  });
}

function isGrounded(candidate: unknown): boolean {
  return hasAny(candidate, 'groundingMetadata');
}

function addFields(a: unknown, b: unknown): unknown {
  const [left, right] = [asFields(a), asFields(b)];
  if (!left || !right) {
    const [before, after] = [parseCount(a), parseCount(b)];
    return typeof before === 'number' && typeof after === 'number' ? addSafely(before, after) : (b ?? a);
  }
  const names = new Set([...fieldNames(left), ...fieldNames(right)]);
  return Object.fromEntries(
    Array.from(names, (name) => [name, addFields(readField(left, name), readField(right, name))]),
  );
}
