/** Merges lists in which each response reports its usage as a whole: OpenAI's streams, the AI SDK's, lists of responses. */
import { buildUsage, type Counts } from '../parse/build.js';
import { addSafely } from '../fields/count.js';
import { asFields, getField, hasAny, toList } from '../fields/fields.js';
import { countNames, isKnown, type Usage } from '../record/usage.js';
import { combineKnown, type LocateEvent } from './combine-known.js';
import { isChatChunk, modelOf, responseIdOf, typeOf } from './stream-event.js';

/** Reports of the same response are one, of which the later holds; responses add up. */
export function mergeResponses(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const groups = new Map<unknown, { model: string | undefined; usages: Usage[] }>();
  let unknown: Usage | undefined;
  for (const event of withoutSteps(events)) {
    const usage = locate(event);
    if (!usage || !isKnown(usage)) {
      unknown ??= usage;
      continue;
    }
    const key = responseKey(event);
    const group = groups.get(key) ?? { model: undefined, usages: [] };
    groups.set(key, { model: modelOf(event) ?? group.model, usages: [...group.usages, usage] });
  }
  if (groups.size === 0) return unknown;
  const isOpen = isCutChat(events);
  return combineKnown(
    Array.from(groups, ([key, { model, usages }]) => {
      const usage = usages.reduce(mergeReports);
      return [model, isOpen && key === STREAM ? { ...usage, incomplete: true as const } : usage];
    }),
  );
}

const STREAM = 'the stream';

// The AI SDK ends a stream with the sum of its steps, which it has reported one by one.
function withoutSteps(events: readonly unknown[]): readonly unknown[] {
  const total =
    events.findLast((event) => asFields(getField(event, 'totalUsage')) !== undefined) ??
    events.findLast(
      (event) => typeOf(event) === 'finish' && asFields(getField(event, 'usage')) !== undefined,
    );
  return total === undefined ? events : [total];
}

function responseKey(event: unknown): unknown {
  if (isChatChunk(event)) return STREAM;
  const id = responseIdOf(event);
  if (id !== undefined) return id;
  const type = typeOf(event);
  // A step, and a response of a realtime session, has a usage of its own.
  if (type === undefined || /^(?:finish-step|step-finish|response\.done)$/.test(type)) {
    return hasAny(event, 'choices', 'done', 'event') ? STREAM : event;
  }
  return STREAM;
}

// A chat stream that reports continuously (`continuous_usage_stats`) and ends without a reason to finish.
function isCutChat(events: readonly unknown[]): boolean {
  const chunks = events.filter(isChatChunk);
  const choices = chunks.flatMap((chunk) => toList(getField(chunk, 'choices')));
  const hasEnd = choices.some((choice) => hasAny(choice, 'finish_reason')) || isLastReport(events.at(-1));
  return chunks.length > 0 && !hasEnd;
}

function isLastReport(event: unknown): boolean {
  const choices = getField(event, 'choices');
  return Array.isArray(choices) && choices.length === 0;
}

function mergeReports(earlier: Usage, later: Usage): Usage {
  const counts: Counts = {};
  for (const name of countNames) counts[name] = later[name] || (earlier[name] ?? later[name]);
  const { input, output } = counts;
  if (input !== undefined && output !== undefined) counts.total = addSafely(input, output);
  const { source, convention, incomplete = false, parts } = later;
  const warnings = [...new Set([...earlier.warnings, ...later.warnings])];
  const usd = later.reportedCostUsd || (earlier.reportedCostUsd ?? later.reportedCostUsd);
  return buildUsage(
    counts,
    { source, convention, warnings, parts, incomplete },
    {
      serviceTier: later.serviceTier ?? earlier.serviceTier,
      inferenceGeo: later.inferenceGeo ?? earlier.inferenceGeo,
      searchContext: later.searchContext ?? earlier.searchContext,
      cost:
        usd === undefined
          ? undefined
          : { usd, source: later.reportedCostSource ?? earlier.reportedCostSource ?? 'provider' },
      unconsumed: { ...earlier.unconsumed, ...later.unconsumed },
      largestInput: later.largestInput ?? earlier.largestInput,
    },
  );
}
