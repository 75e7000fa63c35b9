/** Maps calls to the GenAI semantic conventions. */

import type { Call, Span } from '../../profile/run/run-state.js';
import { GEN_AI, toConventionProvider } from '../../otlp/gen-ai-names.js';
import { withoutNoise } from '../without-noise.js';
import { attributes, type KeyValue } from '../../otlp/otlp-json.js';

/**
 * The attributes of a call under OpenTelemetry's semantic conventions for generative AI (in development). Prompts
 * and responses are opt-in there: content.ts adds them. `gen_ai.usage.cost` is read by Langfuse.
 */
export function callAttributes(call: Call, { error }: Pick<Span, 'error'>): KeyValue[] {
  const { usage, cost, request } = call;
  const number = (...names: readonly string[]) =>
    names.map((name) => request?.settings?.[name]).find((value) => typeof value === 'number');
  return attributes({
    [GEN_AI.operation]: 'chat',
    [GEN_AI.provider]: toConventionProvider(call.provider),
    [GEN_AI.requestModel]: call.requestedModel,
    [GEN_AI.maxTokens]: number('maxTokens', 'max_tokens'),
    [GEN_AI.temperature]: asDouble(number('temperature')),
    [GEN_AI.responseId]: call.response?.ids?.response,
    [GEN_AI.responseModel]: call.model,
    [GEN_AI.finishReasons]: call.finishReason === undefined ? undefined : [call.finishReason],
    [GEN_AI.timeToFirstChunk]:
      call.firstTokenMs === undefined ? undefined : asDouble(call.firstTokenMs / 1000),
    [GEN_AI.inputTokens]: usage?.input,
    [GEN_AI.outputTokens]: usage?.output,
    [GEN_AI.cacheReadTokens]: usage?.cacheRead,
    [GEN_AI.cacheWriteTokens]: usage?.cacheWrite,
    [GEN_AI.cacheCreationTokens]: usage?.cacheWrite,
    [GEN_AI.reasoningTokens]: usage?.reasoning,
    [GEN_AI.usageCost]: asDouble(cost?.usd == null ? undefined : withoutNoise(cost.usd)),
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

function asDouble(value: number | undefined): { double: number } | undefined {
  return value === undefined ? undefined : { double: value };
}
