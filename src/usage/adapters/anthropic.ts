/** Anthropic Messages, also on Bedrock's InvokeModel and on Vertex, with the several models of one response. */
import { addCounts, parseCount } from '../fields/count.js';
import { asFields, getField, hasAny, toList, type Fields } from '../fields/fields.js';
import { readCounts, type RoleCounts } from '../fields/read-counts.js';
import type { Role } from '../fields/synonyms.js';
import { hasField, type Candidate, type RawPart, type RawUsage, type UsageAdapter } from './adapter.js';

/** `input_tokens` is only what came after the last cache breakpoint: cache reads and writes are counted separately. */
export const anthropic: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    (hasField(candidate, ...ownFields) ||
      hasAny(getField(candidate.usage, 'output_tokens_details'), 'thinking_tokens') ||
      candidate.api === 'messages' ||
      (candidate.provider === 'anthropic' && !hasField(candidate, 'input_token_details', 'total_tokens'))),
  parse: (candidate) => {
    const { counts } = candidate.reported;
    const source = hasAny(candidate.parent, 'total_cost_usd') ? 'claude-agent' : 'anthropic';
    const usage: RawUsage = { source, counts, cache: 'outside', reasoning: 'inside' };
    if (counts.total === undefined) return { ...usage, ...splitByModel(candidate) };
    // Anthropic reports no total: a wrapper added it up.
    return isInclusiveSum(candidate)
      ? { ...usage, source: 'mlflow', cache: 'inside', totalIsSum: true }
      : { ...usage, totalIsSum: true };
  },
};

const ownFields = [
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
  'server_tool_use',
  'iterations',
];

// MLflow and published pflow (`llm_usage`) write the same fields with a total of input and output. MLflow's input contains
// the cache; pflow, which also names the model, passes Anthropic's on.
function isInclusiveSum({ reported, key, parent, usage, provider, api }: Candidate): boolean {
  const { input, output, total } = reported.counts;
  if (parseCount(total) !== parseCount(addCounts(input, output))) return false;
  const isPflow = key === 'llm_usage' || hasAny(parent, 'llm_usage') || hasAny(usage, 'model');
  return !isPflow && provider !== 'anthropic' && api !== 'messages';
}

/**
 * Compaction, an advisor or a fallback are inferences of their own inside one request, listed with the answer's own messages
 * in `iterations`. The top level is the sum of those messages only, or of all.
 */
function splitByModel({ usage, reported, parent, model }: Candidate): Partial<RawUsage> {
  const iterations = toList(getField(usage, 'iterations'))
    .map(asFields)
    .filter((each) => each !== undefined);
  const called = textOf(getField(parent, 'model')) ?? model ?? '';
  const own = iterations.filter((each) => isMessage(each) && modelOf(each, called) === called);
  const others = iterations.filter((each) => !own.includes(each));
  if (others.length === 0) return {};
  const top = reported.counts;
  const messages = sumCounts(own);
  const isSumOfOwn = isSame(top, messages);
  const byModel = new Map([[called, isSumOfOwn ? top : addAll(messages, unitsOf(top))]]);
  for (const each of others) {
    const name = modelOf(each, called);
    byModel.set(name, addAll(byModel.get(name) ?? {}, readCounts(each).counts));
  }
  if (Object.keys(byModel.get(called)!).length === 0) byModel.delete(called);
  const notes =
    isSumOfOwn || isSame(top, addAll(messages, sumCounts(others)))
      ? []
      : ['iterations: their tokens do not add up to those of the response'];
  const usages = Array.from(byModel, ([name, counts]): RawPart => {
    return { model: name, usage: { source: 'anthropic', counts, cache: 'outside', reasoning: 'inside' } };
  });
  const [only] = usages;
  return usages.length === 1 && only!.model === called
    ? { counts: only!.usage.counts, notes }
    : { parts: usages, notes };
}

function isMessage(iteration: Fields): boolean {
  return (getField(iteration, 'type') ?? 'message') === 'message';
}

function modelOf(iteration: Fields, called: string): string {
  return textOf(getField(iteration, 'model')) ?? called;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function addAll(a: RoleCounts, b: RoleCounts): RoleCounts {
  const sum: RoleCounts = { ...a };
  for (const role of Object.keys(b) as Role[]) sum[role] = addCounts(sum[role], b[role]);
  return sum;
}

function sumCounts(iterations: readonly Fields[]): RoleCounts {
  return iterations.map((each) => readCounts(each).counts).reduce(addAll, {});
}

function isSame(a: RoleCounts, b: RoleCounts): boolean {
  return parseCount(a.input) === parseCount(b.input) && parseCount(a.output) === parseCount(b.output);
}

// The list of iterations leaves out what is counted per request.
function unitsOf({ webSearches, codeCalls }: RoleCounts): RoleCounts {
  return {
    ...(webSearches === undefined ? {} : { webSearches }),
    ...(codeCalls === undefined ? {} : { codeCalls }),
  };
}
