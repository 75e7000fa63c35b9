/** Gemini, on Google AI and Vertex, also Live, in the REST spelling and in Python's. */
import { addCounts } from '../fields/count.js';
import { firstPresent, getField, toList, type Fields } from '../fields/fields.js';
import { hasField, type UsageAdapter } from './adapter.js';

/**
 * The prompt contains cached content; prompts of tools are separate. Thoughts are separate from the candidates; the total shows
 * where some endpoint counts them inside.
 */
export const gemini: UsageAdapter = {
  matches: (candidate) => hasField(candidate, ...ownFields),
  parse: ({ usage, parent, reported }) => {
    const { toolInput, ...counts } = reported.counts;
    const searches = countSearches(parent);
    return {
      source: 'gemini',
      counts: {
        ...counts,
        input: addCounts(counts.input, toolInput),
        ...(searches === undefined ? {} : { webSearches: searches }),
      },
      cache: 'inside',
      reasoning: 'outside',
      serviceTier: parseTier(
        firstPresent(usage, 'serviceTier', 'service_tier') ??
          firstPresent(usage, 'trafficType', 'traffic_type'),
      ),
    };
  },
};

const ownFields = [
  'promptTokenCount',
  'candidatesTokenCount',
  'responseTokenCount',
  'prompt_token_count',
  'candidates_token_count',
  'response_token_count',
  'thoughtsTokenCount',
];

// Google AI names the tier (`flex`, in some SDKs `SERVICE_TIER_FLEX`), Vertex the traffic (`ON_DEMAND_FLEX`).
function parseTier(reported: unknown): unknown {
  if (typeof reported !== 'string' || /^ON_DEMAND$|UNSPECIFIED$/.test(reported)) return undefined;
  return reported.replace(/^(?:SERVICE_TIER_|ON_DEMAND_)/, '').toLowerCase();
}

// Gemini 3 bills each query that was searched; before it, a grounded answer is billed once (ai.google.dev, "Grounding").
function countSearches(response: Fields): number | undefined {
  let queries = 0;
  for (const candidate of toList(getField(response, 'candidates'))) {
    const grounding = firstPresent(candidate, 'groundingMetadata', 'grounding_metadata');
    queries += toList(firstPresent(grounding, 'webSearchQueries', 'web_search_queries')).length;
  }
  if (queries === 0) return undefined;
  const model = firstPresent(response, 'modelVersion', 'model_version');
  return typeof model === 'string' && /^gemini-[12]\./.test(model) ? 1 : queries;
}
