/** LangChain's `usage_metadata`: meant to be inclusive, but its integrations differ, so that the total decides. */
import { getField, hasAny, type Fields } from '../fields/fields.js';
import { hasField, type Candidate, type UsageAdapter } from './adapter.js';

/**
 * Bedrock's integration leaves the cache out of the input, Gemini's leaves the thoughts out of everything but the total. With
 * a split by cache lifetime, `cache_creation` itself may be 0.
 */
export const langchain: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    (candidate.key === 'usage_metadata' ||
      hasField(candidate, 'input_token_details', 'output_token_details')) &&
    !hasAny(getField(candidate.usage, 'input_token_details'), 'cached_tokens', 'text_tokens'),
  parse: (candidate) => ({
    source: 'langchain',
    counts: candidate.reported.counts,
    cache: 'inside',
    reasoning: 'inside',
    totalHasReasoning: isGoogle(candidate),
  }),
};

function isGoogle({ provider, model, parents }: Candidate): boolean {
  return provider === 'google' || isGemini(model) || parents.some((parent) => isGemini(modelOf(parent)));
}

function isGemini(model: unknown): boolean {
  return typeof model === 'string' && /gemini|google/i.test(model);
}

function modelOf(message: Fields): unknown {
  const metadata = getField(message, 'response_metadata');
  return ['model_provider', 'model_name', 'model'].map((name) => getField(metadata, name)).join(' ');
}
