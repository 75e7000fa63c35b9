/** Formats that belong to no single provider: simonw/llm, names that explain themselves, a total alone, other units. */
import { parseCount } from '../fields/count.js';
import { asFields, fieldNames, getField, hasAny, toList } from '../fields/fields.js';
import { isTokenName } from '../fields/synonyms.js';
import type { Candidate, UsageAdapter } from './adapter.js';

/** simonw/llm: `input`, `output`, and `details` with whatever the provider called the rest. */
export const llm: UsageAdapter = {
  matches: ({ usage, key }) => {
    const counts = [getField(usage, 'input'), getField(usage, 'output')].filter(isCount);
    return counts.length === 2 || (counts.length === 1 && (key !== undefined || hasAny(usage, 'details')));
  },
  parse: ({ usage, reported }) => {
    const details = asFields(getField(usage, 'details'));
    const isAnthropic = hasAny(details, 'cache_read_input_tokens', 'cache_creation_input_tokens');
    const unit = getField(usage, 'unit');
    // Langfuse's older records name a unit, which is not always tokens.
    if (typeof unit === 'string' && !/^tokens?$/i.test(unit)) {
      return {
        source: 'llm',
        counts: {},
        cache: 'inside',
        reasoning: 'inside',
        notes: [`usage in ${unit.slice(0, 20)} is not counted`],
      };
    }
    const total = reported.counts.total ?? getField(details, 'totalTokenCount');
    return {
      source: 'llm',
      counts: total === undefined ? reported.counts : { ...reported.counts, total },
      cache: isAnthropic ? 'outside' : 'inside',
      reasoning: 'inside',
    };
  },
};

/** Counts under names that say what they are, from no provider we know: inclusive unless the total proves otherwise. */
export const generic: UsageAdapter = {
  matches: ({ reported: { counts }, usage, key }) =>
    [counts.input, counts.output, counts.uncached].some(isCount) &&
    (key !== undefined || fieldNames(usage).some(isTokenName)),
  parse: ({ reported }) => ({
    source: 'generic',
    counts: reported.counts,
    cache: 'inside',
    reasoning: 'inside',
    guessed: true,
  }),
};

/**
 * Nothing but a total. Embeddings and rerankers have no output, so it is their input; of any other call it is a lower bound
 * of the cost, because input is the cheaper side.
 */
export const totalOnly: UsageAdapter = {
  matches: ({ reported: { counts }, usage, key }) =>
    isCount(counts.total) && (key !== undefined || fieldNames(usage).some(isTokenName)),
  parse: (candidate) => {
    const { counts } = candidate.reported;
    const isInput = hasNoOutput(candidate);
    return {
      source: isInput ? 'embedding' : 'total-only',
      counts: { ...counts, input: counts.total },
      cache: 'inside',
      reasoning: 'inside',
      ...(isInput ? {} : { incomplete: true, notes: ['only a total was reported: it is counted as input'] }),
    };
  },
};

function hasNoOutput({ usage, parent, key, provider, api, model }: Candidate): boolean {
  const names = [provider, api, model, getField(parent, 'model')].join(' ');
  return (
    // Vertex AI's embeddings.
    key === 'statistics' ||
    // The AI SDK's `embed`.
    hasAny(usage, 'tokens') ||
    /embed|rerank|voyage|jina|nomic/i.test(names) ||
    hasAny(parent, 'embedding', 'embeddings') ||
    toList(getField(parent, 'data')).some((each) => hasAny(each, 'embedding', 'relevance_score'))
  );
}

/** What is billed by something other than tokens: seconds of audio, pages, characters, images, search units. */
export const units: UsageAdapter = {
  matches: (candidate) => candidate.key !== undefined || isMedia(candidate),
  parse: ({ usage, reported }) => {
    const images = toList(getField(usage, 'data')).filter((each) => hasAny(each, 'b64_json', 'url'));
    return {
      source: 'units',
      counts: {
        ...reported.counts,
        ...(hasAny(usage, 'task', 'channels') ? { seconds: getField(usage, 'duration') } : {}),
        ...(images.length > 0 ? { images: images.length } : {}),
      },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};

/** A cost without any counts: an agent's update, or the sum of a session. */
export const costOnly: UsageAdapter = {
  matches: ({ usage }) => fieldNames(usage).some((name) => /cost|usd|ticks/i.test(name)),
  parse: () => ({ source: 'cost-only', counts: {}, cache: 'inside', reasoning: 'inside' }),
};

// OpenAI's and Deepgram's transcriptions, the AI SDK's `transcribe`, OpenAI's images.
function isMedia({ usage }: Candidate): boolean {
  return (
    hasAny(usage, 'durationInSeconds') ||
    (hasAny(usage, 'duration') && hasAny(usage, 'task', 'channels')) ||
    (hasAny(usage, 'created') &&
      toList(getField(usage, 'data')).some((each) => hasAny(each, 'b64_json', 'url')))
  );
}

function isCount(value: unknown): boolean {
  return typeof parseCount(value) === 'number';
}
