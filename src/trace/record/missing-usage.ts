/** Explains why a call's usage is not known, and gathers the text by which it can be estimated. */

import type { WireRequest, WireResponse } from '../../wire/wire-call.js';

/** Why a response has no usage, and the remedy; undefined where it has one. */
export function explainMissingUsage(response: WireResponse, request: WireRequest): string | undefined {
  if (response.usage !== null) return undefined;
  if (response.incomplete) return 'The response broke off before its usage was reported.';
  if (request.stream && request.format === 'openai' && request.api === 'chat' && !request.streamUsage) {
    return 'The stream reported no usage: set stream_options.include_usage in the request.';
  }
  return 'The provider reported no usage.';
}

/** The text of a call in both directions, as far as it is text. */
export function textOfCall(request: WireRequest, response: WireResponse): { input: string; output: string } {
  const input: string[] = [];
  collectText(request.system, input);
  collectText(request.prompt, input);
  const calls = response.toolCalls.map(({ name, arguments: given }) => `${name} ${JSON.stringify(given)}`);
  const output = [response.reasoning ?? '', response.text, ...calls].filter((text) => text !== '');
  return { input: input.join('\n'), output: output.join('\n') };
}

/** Fields of messages that hold text or further parts; images, ids and names are not text for the model. */
const textFields = new Set([
  'content',
  'text',
  'parts',
  'message',
  'input',
  'output',
  'arguments',
  'refusal',
]);

function collectText(value: unknown, into: string[], depth = 8): void {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null && depth > 0) {
    for (const [key, inner] of Object.entries(value)) {
      if (Array.isArray(value) || textFields.has(key)) collectText(inner, into, depth - 1);
    }
  }
}
