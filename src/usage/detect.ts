import { getField, asFields, type Fields } from './fields.js';
import type { Candidate, RawUsage, UsageAdapter, UsageHint } from './adapter.js';
import { aiSdk, aiSdk5 } from './adapters/ai-sdk.js';
import { anthropic } from './adapters/anthropic.js';
import { bedrockConverse, bedrockInvoke } from './adapters/bedrock.js';
import { camelChat, chat } from './adapters/chat.js';
import { cohere } from './adapters/cohere.js';
import { gemini } from './adapters/gemini.js';
import { langchain } from './adapters/langchain.js';
import { ollama } from './adapters/ollama.js';
import { generic, llm } from './adapters/plain.js';
import { responses } from './adapters/responses.js';

// The first that matches wins, so the most telling shapes come first. A hint decides inside `matches`, where two
// providers use the same names.
const shapes: readonly UsageAdapter[] = [
  cohere,
  aiSdk,
  bedrockInvoke,
  gemini,
  bedrockConverse,
  chat,
  langchain,
  anthropic,
  responses,
  ollama,
  llm,
  camelChat,
  aiSdk5,
  generic,
];

/** Reads one usage object (`parent` is the response that held it); undefined when it has no shape we know. */
export function parseUsage(usage: Fields, parent: Fields, hint: UsageHint): RawUsage | undefined {
  const found: Candidate = { usage, parent, provider: providerName(hint.provider), api: hint.api };
  return shapes.find((shape) => shape.matches(found))?.read(found);
}

/**
 * Finds the usage in whatever holds it: a response, a stream's event, an SDK's result object, or the usage itself. What
 * covers more comes first, so that a total over all steps is not shadowed by the last step's.
 */
export function findUsage<Result>(
  source: unknown,
  visit: (usage: Fields, parent: Fields) => Result | undefined,
  depth = 3,
): Result | undefined {
  const holder = asFields(source);
  if (!holder) return undefined;
  for (const name of holderFields) {
    const held = asFields(getField(holder, name));
    if (!held) continue;
    const result = visit(held, holder) ?? (depth > 0 ? findUsage(held, visit, depth - 1) : undefined);
    if (result !== undefined) return result;
  }
  return visit(holder, holder);
}

/** The fields that hold a usage, or the response that holds it. */
export const holderFields = [
  'totalUsage',
  'usage',
  'usageMetadata',
  'usage_metadata',
  'llm_usage',
  'tokenUsage',
  'token_usage',
  'amazon-bedrock-invocationMetrics',
  'x_groq',
  'response',
  'message',
  'metadata',
  'meta',
  'delta',
  'response_metadata',
  'llm_output',
  'llmOutput',
];

// `anthropic.messages`, `google-vertex`, `amazon-bedrock`, `azure-openai.chat`: an SDK's names for the providers.
function providerName(hint: string | undefined): string | undefined {
  const name = hint?.toLowerCase().split(/[./:]/, 1)[0];
  if (!name) return undefined;
  return providerNames.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

const providerNames: readonly (readonly [RegExp, string])[] = [
  [/^(amazon-?)?bedrock$|^aws$/, 'bedrock'],
  [/^azure/, 'azure'],
  [/anthropic|^claude$/, 'anthropic'],
  [/^(google|gemini|vertex)/, 'google'],
  [/^x-?ai$|^grok$/, 'xai'],
  [/^moonshot|^kimi$/, 'moonshot'],
];
