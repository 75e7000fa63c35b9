/** Lists the calls of a run as JSON objects. */
import { stripNoise } from '../lib/text/format.js';
import type { Call, RunState, Span } from '../profile/run/run-state.js';
import { computeDuration, findNodePath } from '../profile/run/span-tree.js';
import { formatCaptured } from '../trace/event/captured.js';
import { fullValueDeep } from '../trace/blobs/blob-store.js';

/** One call to a model. What is not known is null, or absent where it rarely applies. */
export type CallRow = Readonly<{
  span: number;
  /** Path of the node that made it (`enrich/ask`); null outside of any node. */
  node: string | null;
  /** `guessed`: another node may have made it. */
  attribution: 'known' | 'guessed';
  provider: string;
  model: string;
  status: Span['status'];
  started_ms: number;
  duration_ms: number;
  first_token_ms: number | null;
  /** `reported`, `estimated` or `none`, and why it is not the first. */
  usage_origin: Call['usageOrigin'];
  usage_note?: string;
  tokens_input: number | null;
  tokens_cache_read?: number;
  tokens_cache_write?: number;
  tokens_output: number | null;
  tokens_reasoning?: number;
  /** null if it is not known exactly; what is known of a bound is `partial_cost_usd`. */
  cost_usd: number | null;
  partial_cost_usd?: number;
  finish_reason: string | null;
  /** The tools that the model called. */
  tool_calls?: readonly Readonly<{ name: string; arguments: unknown }>[];
  /** The names of the tools that it was offered. */
  tools_offered?: readonly string[];
  reasoning?: string;
  error?: string;
}>;

/** The calls of a run in order of start; one that was seen in two ways is listed once. */
export function listCallRows(state: RunState): CallRow[] {
  return [...state.spans.values()].flatMap((span) =>
    span.call && span.call.sameAs === undefined ? [toRow(state, span, span.call)] : [],
  );
}

function toRow(state: RunState, span: Span, call: Call): CallRow {
  const { usage, response, request, cost } = call;
  const { cacheRead, cacheWrite, reasoning } = usage ?? {};
  const path = findNodePath(state, span.id);
  const toolCalls = response?.toolCalls ?? [];
  const tools = request?.tools ?? [];
  return {
    span: span.id,
    node: path.length > 0 ? path.join('/') : null,
    attribution: request?.attribution === 'guessed' ? 'guessed' : 'known',
    provider: call.provider,
    model: call.model ?? call.requestedModel,
    status: span.status,
    started_ms: Math.round(span.startedAt),
    duration_ms: Math.round(computeDuration(span, state.lastAt)),
    first_token_ms: call.firstTokenMs === undefined ? null : Math.round(call.firstTokenMs),
    usage_origin: call.usageOrigin,
    ...(response?.usageNote === undefined ? {} : { usage_note: response.usageNote }),
    tokens_input: usage?.input ?? null,
    ...(cacheRead === undefined ? {} : { tokens_cache_read: cacheRead }),
    ...(cacheWrite === undefined ? {} : { tokens_cache_write: cacheWrite }),
    tokens_output: usage?.output ?? null,
    ...(reasoning === undefined ? {} : { tokens_reasoning: reasoning }),
    ...costIn(cost),
    finish_reason: call.finishReason ?? null,
    ...(toolCalls.length > 0
      ? {
          tool_calls: toolCalls.map(({ name, arguments: given }) => ({
            name,
            arguments: fullValueDeep(given, state.values),
          })),
        }
      : {}),
    ...(tools.length > 0 ? { tools_offered: tools.map(({ name }) => name) } : {}),
    ...(response?.reasoning === undefined ? {} : { reasoning: formatCaptured(response.reasoning) }),
    ...(span.error === undefined ? {} : { error: span.error.message }),
  };
}

function costIn(cost: Call['cost']): Pick<CallRow, 'cost_usd' | 'partial_cost_usd'> {
  if (cost === null || cost.usd === null) return { cost_usd: null };
  const usd = stripNoise(cost.usd);
  return cost.certainty === 'bound' ? { cost_usd: null, partial_cost_usd: usd } : { cost_usd: usd };
}
