/** Names of OpenTelemetry's semantic conventions for generative AI (in development): attributes and providers. */

import { getOwn } from '../lib/data/own-property.js';

/** The schema that the attributes follow. */
export const GEN_AI_SCHEMA_URL = 'https://opentelemetry.io/schemas/gen-ai-dev/0.1.0-dev';

/** Attribute names. `usageCost` is not part of the conventions; Langfuse reads it. */
export const GEN_AI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agent: 'gen_ai.agent.name',
  /** Of a workflow, before it was an agent. */
  workflow: 'gen_ai.workflow.name',
  tool: 'gen_ai.tool.name',
  requestModel: 'gen_ai.request.model',
  maxTokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  /** The name before; Langfuse and MLflow read only this one in 2026. */
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  usageCost: 'gen_ai.usage.cost',
} as const;

/** Provider names of the conventions where they differ from ours. */
const providers: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  gemini: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  vertex: 'gcp.vertex_ai',
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};

/** The name that the conventions give to one of our providers. */
export function toConventionProvider(provider: string): string {
  return getOwn(providers, provider) ?? provider;
}

/** Names that instrumentations write for a provider, now and earlier, where they differ from ours. */
const spellings: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'az.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'az.ai.inference': 'azure',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  gemini: 'google',
  google_genai: 'google',
  'gcp.vertex_ai': 'google-vertex',
  vertex_ai: 'google-vertex',
  vertexai: 'google-vertex',
  'aws.bedrock': 'bedrock',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  x_ai: 'xai',
  moonshot_ai: 'moonshotai',
};

/** Our name for a provider in an instrumentation's spelling; undefined where it names no provider. */
export function fromConventionProvider(name: string): string | undefined {
  const lower = name.trim().toLowerCase();
  if (lower === '' || lower === 'other' || lower === '_other' || lower === 'unknown') return undefined;
  return spellings[lower] ?? lower;
}
