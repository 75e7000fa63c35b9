import { addCounts } from '../count.js';
import { getField, asFields, hasAny, toList, type Fields } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/**
 * Anthropic Messages, also on Bedrock's InvokeModel and Vertex, and the result message of the Claude Agent SDK, which adds
 * the cost. `input_tokens` is only what came after the last cache breakpoint: cache reads and writes stand beside it.
 */
export const anthropic: UsageAdapter = {
  matches: ({ usage, provider, api }) =>
    hasAny(usage, 'input_tokens', 'output_tokens') &&
    (hasAny(
      usage,
      'cache_creation_input_tokens',
      'cache_read_input_tokens',
      'cache_creation',
      'server_tool_use',
      'iterations',
    ) ||
      hasAny(getField(usage, 'output_tokens_details'), 'thinking_tokens') ||
      api === 'messages' ||
      (provider === 'anthropic' && !hasAny(usage, 'input_token_details', 'total_tokens'))),
  read: ({ usage, parent }) => {
    const billed = billedParts(usage);
    const sum = (...path: string[]): unknown => addCounts(...billed.map((part) => getField(part, ...path)));
    const cost = getField(parent, 'total_cost_usd');
    return {
      source: cost === undefined ? 'anthropic' : 'claude-agent',
      counts: {
        input: sum('input_tokens'),
        cacheRead: sum('cache_read_input_tokens'),
        cacheWrite: sum('cache_creation_input_tokens'),
        cacheWrite5m: sum('cache_creation', 'ephemeral_5m_input_tokens'),
        cacheWrite1h: sum('cache_creation', 'ephemeral_1h_input_tokens'),
        output: sum('output_tokens'),
        reasoning: sum('output_tokens_details', 'thinking_tokens'),
        webSearches: getField(usage, 'server_tool_use', 'web_search_requests'),
      },
      cache: 'outside',
      reasoning: 'inside',
      serviceTier: tierOf(usage),
      inferenceGeo: getField(usage, 'inference_geo'),
      reportedCostUsd: cost,
      notes: notesOn(usage, parent, billed),
    };
  },
};

// Compaction, an advisor or a fallback are inferences of their own inside one request: the top level leaves them out, the
// list of iterations has all of them. When it lists messages only, the top level is already their sum.
function billedParts(usage: Fields): readonly unknown[] {
  const iterations = toList(getField(usage, 'iterations')).filter((each) => asFields(each) !== undefined);
  return iterations.some((each) => getField(each, 'type') !== 'message') ? iterations : [usage];
}

// Fast mode has prices of its own, like a tier.
function tierOf(usage: Fields): unknown {
  return getField(usage, 'speed') === 'fast' ? 'fast' : getField(usage, 'service_tier');
}

function notesOn(usage: Fields, parent: Fields, billed: readonly unknown[]): string[] {
  const notes: string[] = [];
  const model = getField(parent, 'model');
  for (const part of billed) {
    const other = getField(part, 'model');
    if (part !== usage && typeof other === 'string' && other !== model) {
      notes.push(`iterations: tokens of the model ${other} are counted with those of this call`);
    }
  }
  return [...new Set(notes)];
}
