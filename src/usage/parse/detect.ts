/** Chooses the adapter for a usage object by its fields, and adds what is read the same way in every format. */
import type { Candidate, RawUsage, UsageAdapter, UsageHint } from '../adapters/adapter.js';
import { acp, claudeCode, claudeModelUsage, codex, geminiCli, opencode, pi } from '../adapters/agents.js';
import { aiSdk, aiSdk5 } from '../adapters/ai-sdk.js';
import { anthropic } from '../adapters/anthropic.js';
import { bedrockConverse, bedrockInvoke } from '../adapters/bedrock.js';
import { camelChat, chat } from '../adapters/chat.js';
import { cohere } from '../adapters/cohere.js';
import { genkit, inspect, mastra, openaiAgents, openTelemetry, pydanticAi } from '../adapters/frameworks.js';
import { gemini } from '../adapters/gemini.js';
import { dashscope, replicate, watsonx } from '../adapters/hosts.js';
import { langchain } from '../adapters/langchain.js';
import { langfuse } from '../adapters/langfuse.js';
import { ollama } from '../adapters/ollama.js';
import { costOnly, generic, llm, totalOnly, units } from '../adapters/plain.js';
import { responses } from '../adapters/responses.js';
import { firstPresent, getField, readField, toList, type Fields } from '../fields/fields.js';
import { memoized } from '../fields/memoized.js';
import { findCost } from '../fields/find-cost.js';
import { readCounts } from '../fields/read-counts.js';
import { reconcile } from './reconcile.js';
import type { Facts } from './build.js';
import type { Usage } from '../record/usage.js';

// The first that matches wins, so the most specific formats come first. A hint decides inside `matches`, where two
// providers use the same names.
const adapters: readonly UsageAdapter[] = [
  cohere,
  aiSdk,
  inspect,
  codex,
  geminiCli,
  bedrockInvoke,
  replicate,
  watsonx,
  gemini,
  claudeModelUsage,
  bedrockConverse,
  chat,
  claudeCode,
  pydanticAi,
  dashscope,
  langchain,
  anthropic,
  responses,
  ollama,
  opencode,
  pi,
  langfuse,
  llm,
  camelChat,
  openaiAgents,
  acp,
  genkit,
  mastra,
  aiSdk5,
  openTelemetry,
  generic,
  totalOnly,
  units,
  costOnly,
];

/** An object that may be a usage: `parents` are the objects around it, the nearest first, and `key` is where the nearest has it. */
export type Located = Readonly<{ usage: Fields; parents: readonly Fields[]; key: string | undefined }>;

/** The usage of one object; undefined when it is in no format we know. */
export function parseUsage({ usage, parents, key }: Located, hint: UsageHint): Usage | undefined {
  const reported = readCounts(usage, { bare: key === undefined });
  const candidate: Candidate = {
    usage,
    reported,
    parent: parents[0] ?? usage,
    parents,
    key,
    provider: canonicalProvider(hint.provider),
    api: hint.api,
    model: hint.model,
  };
  const raw = adapters.find((adapter) => adapter.matches(candidate))?.parse(candidate);
  return raw && reconcile(raw, readFacts(raw, candidate));
}

function readFacts(raw: RawUsage, candidate: Candidate): Facts {
  const { usage, parents, parent, reported } = candidate;
  return {
    serviceTier: raw.serviceTier ?? findTier(usage, parent) ?? reported.tier,
    inferenceGeo: readField(usage, 'inference_geo'),
    searchContext: readField(usage, 'search_context_size'),
    cost: findCost(usage, parents.length > 0 ? parents : [usage]),
    unconsumed: raw.unconsumed ?? reported.unconsumed,
    largestInput: findLargestInput(candidate),
  };
}

/**
 * The input of the largest of several requests, from a list that has all of them: that of the OpenAI Agents SDK, or the steps
 * of the AI SDK.
 */
function findLargestInput({ usage, parents, reported }: Candidate): number | undefined {
  const listed = firstPresent(usage, 'requestUsageEntries', 'request_usage_entries');
  const entries =
    listed === undefined
      ? parents
          .slice(0, 1)
          .flatMap((parent) => toList(getField(parent, 'steps')).map((step) => getField(step, 'usage')))
      : toList(listed);
  if (entries.length < 2) return undefined;
  const inputs = entries.map((entry) =>
    Number(firstPresent(entry, 'inputTokens', 'input_tokens', 'promptTokens')),
  );
  const isAll = inputs.reduce((sum, input) => sum + input, 0) === reported.counts.input;
  return isAll ? Math.max(...inputs) : undefined;
}

// Anthropic's fast mode has prices of its own, like a tier. OpenAI names the tier in the response, the AI SDK in its metadata.
function findTier(usage: Fields, parent: Fields): unknown {
  if (readField(usage, 'speed') === 'fast') return 'fast';
  return (
    firstPresent(usage, 'service_tier', 'serviceTier') ??
    firstPresent(parent, 'service_tier', 'serviceTier') ??
    getField(parent, 'response_metadata', 'service_tier') ??
    getField(parent, 'providerMetadata', 'openai', 'serviceTier')
  );
}

// `anthropic.messages`, `google-vertex`, `amazon-bedrock`, `azure-openai.chat`: an SDK's names for the providers.
function canonicalProvider(hint: string | undefined): string | undefined {
  return hint === undefined ? undefined : memoized(providers, hint, () => parseProvider(hint));
}

function parseProvider(hint: string): string | undefined {
  const name = hint.toLowerCase().split(/[./:]/, 1)[0]!;
  return providerNames.find(([pattern]) => pattern.test(name))?.[1] ?? (name || undefined);
}

const providers = new Map<string, string | undefined>();

const providerNames: readonly (readonly [RegExp, string])[] = [
  [/^(amazon-?)?bedrock$|^aws$/, 'bedrock'],
  [/^azure/, 'azure'],
  [/anthropic|^claude$/, 'anthropic'],
  [/^(google|gemini|vertex)/, 'google'],
  [/^x-?ai$|^grok$/, 'xai'],
  [/^moonshot|^kimi$/, 'moonshot'],
];
