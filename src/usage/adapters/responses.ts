/** OpenAI Responses, also Azure's and xAI's, Realtime, transcription and images: `input_tokens` with the cache inside. */
import { getField, hasAny, toList, type Fields } from '../fields/fields.js';
import { omitToolSum } from '../fields/omit.js';
import type { RoleCounts } from '../fields/read-counts.js';
import { hasField, type UsageAdapter } from './adapter.js';

/** Anthropic uses the same two names without details and without a total. */
export const responses: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    (hasField(candidate, 'input_tokens_details', 'output_tokens_details', 'total_tokens') ||
      hasAny(getField(candidate.usage, 'input_token_details'), 'cached_tokens', 'text_tokens') ||
      candidate.api === 'responses' ||
      ['openai', 'azure', 'xai'].includes(candidate.provider ?? '')),
  parse: ({ reported, parent }) => {
    const { counts } = reported;
    const unconsumed = omitToolSum(reported);
    const { tools, images } = countTools(parent);
    return {
      source: 'openai-responses',
      counts: { ...counts, ...tools, ...imageTokens(counts, parent) },
      cache: 'inside',
      reasoning: 'inside',
      // An image that a tool generated is billed by a model of its own, whose tokens are not reported.
      unconsumed: images > 0 ? { ...unconsumed, 'output.image_generation_call': images } : unconsumed,
    };
  },
};

// Calls of tools are among the output items, not in the usage; opening or scanning a found page is not billed as a search.
function countTools(response: Fields): { tools: RoleCounts; images: number } {
  const items = toList(getField(response, 'output'));
  const tools: RoleCounts = {};
  if (items.length === 0) return { tools, images: 0 };
  const ofType = (type: string): readonly unknown[] =>
    items.filter((item) => getField(item, 'type') === type);
  const web = ofType('web_search_call');
  const files = ofType('file_search_call');
  const code = ofType('code_interpreter_call');
  const searches = web.filter((call) => (getField(call, 'action', 'type') ?? 'search') === 'search');
  if (web.length > 0) tools.webSearches = searches.length;
  if (files.length > 0) tools.fileSearches = files.length;
  if (code.length > 0) {
    tools.codeCalls = code.length;
    tools.containers = new Set(code.map((call) => getField(call, 'container_id'))).size;
  }
  return { tools, images: ofType('image_generation_call').length };
}

// The images API counts only image tokens in its output, and does not always list them by kind.
function imageTokens(counts: RoleCounts, response: Fields): RoleCounts {
  const isImage = toList(getField(response, 'data')).some((each) => hasAny(each, 'b64_json', 'url'));
  return isImage && counts.outputImage === undefined ? { outputImage: counts.output } : {};
}
