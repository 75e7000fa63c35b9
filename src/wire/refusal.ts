/** Answers a request to a model instead of the provider, in the provider's own format of errors. */

import type { WireFormat } from './wire-call.js';

/** Payment Required: no SDK retries it, and none takes it for a rate limit. */
export const REFUSED = 402;

/** Why a request is refused: the status, and the type of the error where the format has one. */
type Reason = Readonly<{ status: number; type: string }>;

const BUDGET: Reason = { status: REFUSED, type: 'budget_exceeded' };

/** The body of a refusal. SDKs read the message from where the provider has it. */
export function formatRefusal(format: WireFormat, message: string, reason = BUDGET): string {
  return JSON.stringify(bodyOf(format, message, reason));
}

function bodyOf(format: WireFormat, message: string, { status, type }: Reason): object {
  switch (format) {
    case 'anthropic':
      return { type: 'error', error: { type: status === REFUSED ? 'billing_error' : type, message } };
    case 'google':
      return { error: { code: status, message, status: 'FAILED_PRECONDITION' } };
    case 'cohere':
    case 'bedrock':
      return { message };
    case 'mistral':
      return { object: 'error', message, type, param: null, code: type };
    case 'ollama':
      return { error: message };
    case 'openai':
    case 'vercel':
    case 'other':
      return { error: { message, type, param: null, code: type } };
    default:
      return format satisfies never;
  }
}
