import { addCounts } from '../count.js';
import { getField, firstPresent, hasAny, toList, type Fields } from '../fields.js';
import type { UsageAdapter } from '../adapter.js';

/**
 * Gemini, on Google AI and Vertex, in the REST spelling and in Python's. The prompt contains cached content; prompts of
 * tools stand beside it. Thoughts stand beside the candidates; the total tells where some endpoint counts them inside.
 */
export const gemini: UsageAdapter = {
  matches: ({ usage }) => hasAny(usage, ...names('promptTokenCount'), ...names('candidatesTokenCount')),
  read: ({ usage, parent }) => {
    const get = (name: string): unknown => firstPresent(usage, ...names(name));
    return {
      source: 'gemini',
      counts: {
        input: addCounts(get('promptTokenCount'), get('toolUsePromptTokenCount')),
        cacheRead: get('cachedContentTokenCount'),
        inputAudio: modality(get('promptTokensDetails'), 'AUDIO'),
        inputImage: modality(get('promptTokensDetails'), 'IMAGE'),
        output: get('candidatesTokenCount') ?? get('responseTokenCount'),
        reasoning: get('thoughtsTokenCount'),
        outputAudio: modality(get('candidatesTokensDetails'), 'AUDIO'),
        total: get('totalTokenCount'),
        webSearches: webSearches(parent),
      },
      cache: 'inside',
      reasoning: 'outside',
      serviceTier: tierOf(get('serviceTier') ?? get('trafficType')),
    };
  },
};

// Google AI names the tier (`flex`, in some SDKs `SERVICE_TIER_FLEX`), Vertex the traffic (`ON_DEMAND_FLEX`).
function tierOf(reported: unknown): unknown {
  if (typeof reported !== 'string' || /^ON_DEMAND$|UNSPECIFIED$/.test(reported)) return undefined;
  return reported.replace(/^(?:SERVICE_TIER_|ON_DEMAND_)/, '').toLowerCase();
}

// `promptTokenCount`, `prompt_token_count`.
function names(camel: string): readonly [string, string] {
  let both = spellings.get(camel);
  if (!both) {
    both = [camel, camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
    spellings.set(camel, both);
  }
  return both;
}

const spellings = new Map<string, readonly [string, string]>();

function modality(details: unknown, wanted: string): unknown {
  return addCounts(
    ...toList(details)
      .filter((each) => getField(each, 'modality') === wanted)
      .map((each) => firstPresent(each, ...names('tokenCount'))),
  );
}

// Gemini 3 bills each query that was searched; before it, a grounded answer is billed once (ai.google.dev, "Grounding").
function webSearches(response: Fields): number | undefined {
  let queries = 0;
  for (const candidate of toList(getField(response, 'candidates'))) {
    const grounding = firstPresent(candidate, ...names('groundingMetadata'));
    queries += toList(firstPresent(grounding, ...names('webSearchQueries'))).length;
  }
  if (queries === 0) return undefined;
  const model = firstPresent(response, ...names('modelVersion'));
  return typeof model === 'string' && /^gemini-[12]\./.test(model) ? 1 : queries;
}
