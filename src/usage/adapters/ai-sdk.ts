/** The Vercel AI SDK, versions 5 to 7: its own usage, or the provider's where the SDK kept that and it knows more. */
import { addCounts, maxCount, parseCount } from '../fields/count.js';
import { asFields, getField, hasAny } from '../fields/fields.js';
import { readCounts } from '../fields/read-counts.js';
import { hasField, type Candidate, type RawUsage, type UsageAdapter } from './adapter.js';
import { anthropic } from './anthropic.js';
import { bedrockConverse } from './bedrock.js';
import { chat } from './chat.js';
import { gemini } from './gemini.js';
import { responses } from './responses.js';

/**
 * Versions 6 and 7: inclusive by definition, with details (`LanguageModelUsage`), or nested as a provider package returns it
 * (`inputTokens.total`). The provider's own object in `raw` is preferred when it describes the same tokens (cache lifetimes,
 * tiers, costs); over several steps it describes the last one only.
 */
export const aiSdk: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'inputTokenDetails', 'outputTokenDetails') ||
    hasAny(getField(candidate.usage, 'inputTokens'), 'total', 'noCache') ||
    hasAny(getField(candidate.usage, 'outputTokens'), 'total', 'text'),
  parse: (candidate) => {
    const { usage, reported } = candidate;
    const own: RawUsage = {
      source: 'ai-sdk',
      counts: reported.counts,
      cache: 'inside',
      reasoning: 'inside',
      totalIsSum: true,
    };
    const raw = parseRaw(candidate, getField(usage, 'raw'));
    const { input, output } = reported.counts;
    return raw && countSide(raw, 'input') === input && countSide(raw, 'output') === output
      ? { ...raw, source: 'ai-sdk' }
      : own;
  },
};

/**
 * Version 5: flat, and each provider package kept its provider's convention. Anthropic's left cached tokens out of the input;
 * its own numbers in the provider metadata are preferred when they describe the same tokens.
 */
export const aiSdk5: UsageAdapter = {
  matches: (candidate) => hasField(candidate, 'inputTokens', 'outputTokens'),
  parse: (candidate) => {
    const { parent, provider, reported, model } = candidate;
    const { counts } = reported;
    const metadata = getField(parent, 'providerMetadata');
    const raw = parseRaw(candidate, getField(metadata, 'anthropic', 'usage'));
    if (raw && raw.counts.input === counts.input) return { ...raw, source: 'ai-sdk-5' };
    const isOutside =
      hasAny(metadata, 'anthropic', 'bedrock') || provider === 'anthropic' || provider === 'bedrock';
    return {
      source: 'ai-sdk-5',
      counts: {
        ...counts,
        cacheWrite: [
          getField(metadata, 'anthropic', 'cacheCreationInputTokens'),
          getField(metadata, 'bedrock', 'usage', 'cacheWriteInputTokens'),
        ].reduce(maxCount, counts.cacheWrite),
      },
      cache: isOutside ? 'outside' : 'inside',
      reasoning: 'inside',
      totalIsSum: true,
      guessed:
        provider === undefined && metadata === undefined && (!model || /claude|anthropic/i.test(model)),
    };
  },
};

const providerAdapters = [gemini, bedrockConverse, anthropic, responses, chat];

function parseRaw(candidate: Candidate, raw: unknown): RawUsage | undefined {
  const usage = asFields(raw);
  if (!usage) return undefined;
  const reported = readCounts(usage);
  const inner: Candidate = { ...candidate, usage, parent: usage, reported, key: 'raw' };
  const parsed = providerAdapters.find((adapter) => adapter.matches(inner))?.parse(inner);
  return parsed && { unconsumed: reported.unconsumed, ...parsed };
}

// Input with its cached parts, output with its reasoning, by the provider's own convention.
function countSide(raw: RawUsage, side: 'input' | 'output'): number | undefined {
  const { counts } = raw;
  const outside =
    side === 'input'
      ? raw.cache === 'outside' && addCounts(counts.cacheRead, counts.cacheWrite)
      : raw.reasoning === 'outside' && counts.reasoning;
  const whole = outside === false ? counts[side] : addCounts(counts[side], outside);
  return parseCount(whole) ?? undefined;
}
