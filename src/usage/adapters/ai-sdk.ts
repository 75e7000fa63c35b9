import { getField, asFields, hasAny } from '../fields.js';
import type { Candidate, RawUsage, UsageAdapter } from '../adapter.js';
import { anthropic } from './anthropic.js';
import { bedrockConverse } from './bedrock.js';
import { chat } from './chat.js';
import { gemini } from './gemini.js';
import { responses } from './responses.js';

/**
 * AI SDK 6 and 7: inclusive by definition, with details (`LanguageModelUsage`), or nested as a provider package returns it
 * (`inputTokens.total`). The provider's own object in `raw` knows more (cache lifetimes, tiers, costs) and is preferred when
 * it describes the same tokens; over several steps it describes the last one only.
 */
export const aiSdk: UsageAdapter = {
  matches: ({ usage }) =>
    hasAny(usage, 'inputTokenDetails', 'outputTokenDetails') ||
    hasAny(getField(usage, 'inputTokens'), 'total', 'noCache') ||
    hasAny(getField(usage, 'outputTokens'), 'total', 'text'),
  read: (found) => {
    const { usage } = found;
    const nested = asFields(getField(usage, 'inputTokens')) !== undefined;
    const input = nested ? getField(usage, 'inputTokens', 'total') : getField(usage, 'inputTokens');
    const output = nested ? getField(usage, 'outputTokens', 'total') : getField(usage, 'outputTokens');
    const details: RawUsage = {
      source: 'ai-sdk',
      counts: {
        input,
        cacheRead: nested
          ? getField(usage, 'inputTokens', 'cacheRead')
          : getField(usage, 'inputTokenDetails', 'cacheReadTokens'),
        cacheWrite: nested
          ? getField(usage, 'inputTokens', 'cacheWrite')
          : getField(usage, 'inputTokenDetails', 'cacheWriteTokens'),
        output,
        reasoning: nested
          ? getField(usage, 'outputTokens', 'reasoning')
          : getField(usage, 'outputTokenDetails', 'reasoningTokens'),
        total: getField(usage, 'totalTokens'),
      },
      cache: 'inside',
      reasoning: 'inside',
      totalIsSum: true,
      serviceTier: tierOf(found),
      reportedCostUsd: gatewayCost(found),
    };
    const raw = rawReading(found, getField(usage, 'raw'));
    return raw && wholeOf(raw, 'input') === input && wholeOf(raw, 'output') === output
      ? {
          ...raw,
          source: 'ai-sdk',
          serviceTier: raw.serviceTier ?? details.serviceTier,
          reportedCostUsd: raw.reportedCostUsd ?? details.reportedCostUsd,
        }
      : details;
  },
};

/**
 * AI SDK 5: flat, and each provider package kept its provider's convention. Anthropic's left cached tokens out of the
 * input; its own numbers stand in the provider metadata and are preferred when they describe the same tokens.
 */
export const aiSdk5: UsageAdapter = {
  matches: ({ usage }) => hasAny(usage, 'inputTokens', 'outputTokens'),
  read: (found) => {
    const { usage, parent, provider } = found;
    const metadata = getField(parent, 'providerMetadata');
    const raw = rawReading(found, getField(metadata, 'anthropic', 'usage'));
    if (raw && raw.counts.input === getField(usage, 'inputTokens')) return { ...raw, source: 'ai-sdk-5' };
    return {
      source: 'ai-sdk-5',
      counts: {
        input: getField(usage, 'inputTokens'),
        cacheRead: getField(usage, 'cachedInputTokens'),
        cacheWrite:
          getField(metadata, 'anthropic', 'cacheCreationInputTokens') ??
          getField(metadata, 'bedrock', 'usage', 'cacheWriteInputTokens'),
        output: getField(usage, 'outputTokens'),
        reasoning: getField(usage, 'reasoningTokens'),
        total: getField(usage, 'totalTokens'),
      },
      cache:
        hasAny(metadata, 'anthropic', 'bedrock') || provider === 'anthropic' || provider === 'bedrock'
          ? 'outside'
          : 'inside',
      reasoning: 'inside',
      totalIsSum: true,
      guessed: provider === undefined && metadata === undefined,
      serviceTier: tierOf(found),
      reportedCostUsd: gatewayCost(found),
    };
  },
};

const providerShapes = [gemini, bedrockConverse, anthropic, responses, chat];

function rawReading(found: Candidate, raw: unknown): RawUsage | undefined {
  const usage = asFields(raw);
  if (!usage) return undefined;
  const inner: Candidate = { ...found, usage, parent: usage };
  return providerShapes.find((shape) => shape.matches(inner))?.read(inner);
}

// Input with its cached parts, output with its reasoning, by the provider's own convention.
function wholeOf(reading: RawUsage, side: 'input' | 'output'): number | undefined {
  const { counts } = reading;
  const own = counts[side];
  const outside = side === 'input' ? reading.cache === 'outside' : reading.reasoning === 'outside';
  const parts = side === 'input' ? [counts.cacheRead, counts.cacheWrite] : [counts.reasoning];
  if (typeof own !== 'number') return undefined;
  return parts.reduce<number>((sum, part) => sum + (outside && typeof part === 'number' ? part : 0), own);
}

// OpenAI names the tier in the response, not in the usage.
function tierOf({ parent }: Candidate): unknown {
  return getField(parent, 'providerMetadata', 'openai', 'serviceTier');
}

function gatewayCost({ parent }: Candidate): unknown {
  const metadata = getField(parent, 'providerMetadata');
  return getField(metadata, 'gateway', 'cost') ?? getField(metadata, 'openrouter', 'usage', 'cost');
}
