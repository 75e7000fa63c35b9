import { field, fieldsOf, hasAny } from '../fields.js';
import type { Found, Reading, Shape } from '../shape.js';
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
export const aiSdk: Shape = {
  matches: ({ usage }) =>
    hasAny(usage, 'inputTokenDetails', 'outputTokenDetails') ||
    hasAny(field(usage, 'inputTokens'), 'total', 'noCache') ||
    hasAny(field(usage, 'outputTokens'), 'total', 'text'),
  read: (found) => {
    const { usage } = found;
    const nested = fieldsOf(field(usage, 'inputTokens')) !== undefined;
    const input = nested ? field(usage, 'inputTokens', 'total') : field(usage, 'inputTokens');
    const output = nested ? field(usage, 'outputTokens', 'total') : field(usage, 'outputTokens');
    const details: Reading = {
      source: 'ai-sdk',
      counts: {
        input,
        cacheRead: nested
          ? field(usage, 'inputTokens', 'cacheRead')
          : field(usage, 'inputTokenDetails', 'cacheReadTokens'),
        cacheWrite: nested
          ? field(usage, 'inputTokens', 'cacheWrite')
          : field(usage, 'inputTokenDetails', 'cacheWriteTokens'),
        output,
        reasoning: nested
          ? field(usage, 'outputTokens', 'reasoning')
          : field(usage, 'outputTokenDetails', 'reasoningTokens'),
        total: field(usage, 'totalTokens'),
      },
      cache: 'inside',
      reasoning: 'inside',
      totalIsSum: true,
      serviceTier: tierOf(found),
      reportedCostUsd: gatewayCost(found),
    };
    const raw = rawReading(found, field(usage, 'raw'));
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
export const aiSdk5: Shape = {
  matches: ({ usage }) => hasAny(usage, 'inputTokens', 'outputTokens'),
  read: (found) => {
    const { usage, parent, provider } = found;
    const metadata = field(parent, 'providerMetadata');
    const raw = rawReading(found, field(metadata, 'anthropic', 'usage'));
    if (raw && raw.counts.input === field(usage, 'inputTokens')) return { ...raw, source: 'ai-sdk-5' };
    return {
      source: 'ai-sdk-5',
      counts: {
        input: field(usage, 'inputTokens'),
        cacheRead: field(usage, 'cachedInputTokens'),
        cacheWrite:
          field(metadata, 'anthropic', 'cacheCreationInputTokens') ??
          field(metadata, 'bedrock', 'usage', 'cacheWriteInputTokens'),
        output: field(usage, 'outputTokens'),
        reasoning: field(usage, 'reasoningTokens'),
        total: field(usage, 'totalTokens'),
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

function rawReading(found: Found, raw: unknown): Reading | undefined {
  const usage = fieldsOf(raw);
  if (!usage) return undefined;
  const inner: Found = { ...found, usage, parent: usage };
  return providerShapes.find((shape) => shape.matches(inner))?.read(inner);
}

// Input with its cached parts, output with its reasoning, by the provider's own convention.
function wholeOf(reading: Reading, side: 'input' | 'output'): number | undefined {
  const { counts } = reading;
  const own = counts[side];
  const outside = side === 'input' ? reading.cache === 'outside' : reading.reasoning === 'outside';
  const parts = side === 'input' ? [counts.cacheRead, counts.cacheWrite] : [counts.reasoning];
  if (typeof own !== 'number') return undefined;
  return parts.reduce<number>((sum, part) => sum + (outside && typeof part === 'number' ? part : 0), own);
}

// OpenAI names the tier in the response, not in the usage.
function tierOf({ parent }: Found): unknown {
  return field(parent, 'providerMetadata', 'openai', 'serviceTier');
}

function gatewayCost({ parent }: Found): unknown {
  const metadata = field(parent, 'providerMetadata');
  return field(metadata, 'gateway', 'cost') ?? field(metadata, 'openrouter', 'usage', 'cost');
}
