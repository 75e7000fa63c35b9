/** Answers a request to a model instead of the provider, in the provider's own format of errors. */

import type { WireFormat } from '../../wire/wire-call.js';

/** Payment Required: no SDK retries it, and none takes it for a rate limit. */
export const REFUSED = 402;

/** The body of a refusal. SDKs read the message from where the provider has it. */
export function formatRefusal(format: WireFormat, message: string): string {
  return JSON.stringify(bodyOf(format, message));
}

function bodyOf(format: WireFormat, message: string): object {
  switch (format) {
    case 'anthropic':
      return { type: 'error', error: { type: 'billing_error', message } };
    case 'google':
      return { error: { code: REFUSED, message, status: 'FAILED_PRECONDITION' } };
    case 'cohere':
    case 'bedrock':
      return { message };
    case 'mistral':
      return { object: 'error', message, type: 'budget_exceeded', param: null, code: 'budget_exceeded' };
    case 'ollama':
      return { error: message };
    case 'openai':
    case 'vercel':
    case 'other':
      return { error: { message, type: 'budget_exceeded', param: null, code: 'budget_exceeded' } };
    default:
      return format satisfies never;
  }
}
