/** Maps calls to the GenAI semantic conventions. */

import type { Call, Span } from '../../profile/run/run-state.js';
import { attributes, type KeyValue } from './otlp-span.js';

/**
 * The attributes of a call under OpenTelemetry's semantic conventions for generative AI (1.41, in development). Prompts
 * and answers are opt-in there and omitted here. `gen_ai.usage.cost` is read by Langfuse.
 */
export function callAttributes(call: Call, { error }: Pick<Span, 'error'>): KeyValue[] {
  const { usage, cost, request } = call;
  const number = (...names: readonly string[]) =>
    names.map((name) => request?.settings?.[name]).find((value) => typeof value === 'number');
  return attributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerName(call.provider),
    'gen_ai.request.model': call.requestedModel,
    'gen_ai.request.max_tokens': number('maxTokens', 'max_tokens'),
    'gen_ai.request.temperature': asDouble(number('temperature')),
    'gen_ai.response.model': call.model,
    'gen_ai.response.finish_reasons': call.finishReason === undefined ? undefined : [call.finishReason],
    'gen_ai.response.time_to_first_chunk':
      call.firstTokenMs === undefined ? undefined : asDouble(call.firstTokenMs / 1000),
    'gen_ai.usage.input_tokens': usage?.input,
    'gen_ai.usage.output_tokens': usage?.output,
    'gen_ai.usage.cache_read.input_tokens': usage?.cacheRead,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWrite,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning,
    'gen_ai.usage.cost': asDouble(cost?.usd ?? undefined),
    'pflow.usage.origin': call.usageOrigin,
    'pflow.cost.state': cost?.state,
    'pflow.call.wasted': call.wasted || undefined,
    'error.type': error?.code ?? error?.name,
  });
}

/** The span name of a call. */
export function callName({ requestedModel }: Call): string {
  return `chat ${requestedModel}`;
}

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

function providerName(provider: string): string {
  return providers[provider] ?? provider;
}

function asDouble(value: number | undefined): { double: number } | undefined {
  return value === undefined ? undefined : { double: value };
}
