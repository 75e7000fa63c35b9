/** Translates AI SDK errors into PflowErrors. */

import { APICallError, TypeValidationError } from 'ai';
import { isJsonObject, tryParseJson } from '../../lib/data/json-object.js';
import { messageOf, PflowError } from '../../lib/error.js';
import { explainTlsError } from '../../lib/tls-errors.js';
import { RequestFailure } from '../client/llm-failure.js';
import { retryAfterMs } from '../client/retry-after.js';

/** The provider as error messages name it. */
export type Asked = Readonly<{
  /** "Anthropic", "Ollama". */
  label: string;
  model: string;
  baseUrl: string;
  /** The key and its environment variable, if any. */
  key?: Readonly<{ name: string; value: string }> | undefined;
  /** How to start a local server. */
  start?: string | undefined;
}>;

/** Converts an error thrown before a response began into a PflowError with a hint. */
export function requestFailure(error: unknown, asked: Asked): PflowError {
  if (error instanceof PflowError) return error;
  if (!APICallError.isInstance(error)) {
    return new RequestFailure('llm_failed', `The request to ${asked.label} failed: ${wordsOf(error)}.`, {
      cause: error,
    });
  }
  return error.statusCode === undefined || error.statusCode < 300
    ? unreached(error, asked)
    : refused(error, error.statusCode, asked);
}

/** Codes of a connection that ends within a response. */
const WIRE_BREAKS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * The failure of a stream whose first chunk belongs to another API, which another request would not change; undefined for other
 * errors. Anthropic's package wraps the error into one with a status of its own making.
 */
export function foreignFormat(error: unknown, { label }: Asked): RequestFailure | undefined {
  const inner = APICallError.isInstance(error) ? tryParseJson(error.responseBody ?? '') : error;
  const isForeign =
    TypeValidationError.isInstance(error) ||
    (isJsonObject(inner) && inner['name'] === 'AI_TypeValidationError' && 'value' in inner);
  if (!isForeign) return undefined;
  const chunk = truncateLine(JSON.stringify((inner as { value: unknown }).value) ?? '');
  const hint =
    "Check the provider's address. A server in the format of OpenAI is --model openai-compatible/NAME, with its address in OPENAI_BASE_URL.";
  return new RequestFailure('llm_refused', `${label} answered in a format that is not its own: ${chunk}`, {
    cause: error,
    hint,
  });
}

/** The message of the provider, in one bounded line. Errors inside a stream are plain objects. */
export function wordsOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  if (WIRE_BREAKS.has(systemCode(error) ?? '')) return 'the connection was reset';
  const line = (typeof message === 'string' ? message : messageOf(error)).replace(/\s+/g, ' ').trim();
  return truncateLine(line).replace(/\.$/, '');
}

const MOST_CHARACTERS = 300;

function truncateLine(line: string): string {
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** Ends the words of a provider as a sentence. */
export function endSentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** The provider's id of a request, from the headers of its response. */
export function requestIdOf(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  return headers?.['x-request-id'] ?? headers?.['request-id'];
}

/** The message in the body of a response whose form differs from the provider's own, as gateways send it. */
function bodyMessage({ responseBody = '' }: APICallError): { message: unknown } | undefined {
  try {
    const body = JSON.parse(responseBody) as Record<string, unknown> | null;
    const error = body?.['error'] ?? body?.['detail'] ?? body;
    const message =
      typeof error === 'string' ? error : (error as Record<string, unknown> | null)?.['message'];
    return typeof message === 'string' && message.trim() !== '' ? { message } : undefined;
  } catch {
    return undefined;
  }
}

/** Keys as providers write them; they repeat the one that they refuse. */
const KEYS = /\b(?:sk|pk|gsk|xai|key)-[\w*.…-]{4,}|\bAIza[\w-]{10,}/g;

const SHORTEST_KEY = 8;

function maskKeys(text: string, { key }: Asked): string {
  // Servers without keys are given any word, such as `local`, which is no secret.
  const masked = key && key.value.length >= SHORTEST_KEY ? text.replaceAll(key.value, '[key]') : text;
  return masked.replace(KEYS, '[key]');
}

/** How providers and local servers report a prompt that exceeds the context of the model. */
const TOO_LONG =
  /context.?(length|window|size)|maximum (context|number of tokens)|prompt is too long|input token count|too many (input )?tokens|exceeds?( the)? (max(imum)? )?(context|input|model)|reduce the length|string too long|request too large/i;

function refused(error: APICallError, status: number, asked: Asked): RequestFailure {
  const said = maskKeys(wordsOf(bodyMessage(error) ?? error), asked);
  const noCredit =
    status === 402 || /insufficient_quota|credit balance/i.test(`${said} ${error.responseBody ?? ''}`);
  const retryable = !noCredit && (status === 408 || status === 409 || status === 429 || status >= 500);
  const { what, hint } = noCredit
    ? {
        what: `the account has no credit left. It says: ${endSentence(said)}`,
        hint: 'Add credit, or choose another model with --model.',
      }
    : explained(status, said, asked);
  return new RequestFailure(
    retryable ? 'llm_failed' : 'llm_refused',
    `${status} from ${asked.label}: ${what}`,
    {
      cause: error,
      retryable,
      retryAfterMs: retryAfterMs(error.responseHeaders),
      httpStatus: status,
      requestId: requestIdOf(error.responseHeaders),
      ...(hint ? { hint } : {}),
    },
  );
}

function explained(
  status: number,
  said: string,
  { label, model, key, start }: Asked,
): { what: string; hint?: string } {
  const keyRefused =
    status === 401 || status === 403 || (status === 400 && /api key (not valid|invalid|expired)/i.test(said));
  if (keyRefused && key) {
    const hint = `Check that the key is right and may use '${model}', or choose another model with --model.`;
    const what = status === 403 ? `access with ${key.name} was refused.` : `${key.name} was refused.`;
    return { what: `${what} It says: ${endSentence(said)}`, hint };
  }
  if (keyRefused)
    return {
      what: `${status === 403 ? 'access was refused' : 'it wants a key'}. It says: ${endSentence(said)}`,
      hint: 'Set OPENAI_BASE_URL to its address and OPENAI_API_KEY to its key.',
    };
  if (status === 404) {
    const hint = start ?? 'Check the name given to --model, PFLOW_MODEL or the node.';
    return { what: `there is no model '${model}'. It says: ${endSentence(said)}`, hint };
  }
  if (status === 429) {
    const hint = 'Wait a moment and run it again, or choose another model with --model.';
    return { what: `too many requests. It says: ${endSentence(said)}`, hint };
  }
  if (status === 413 || (status < 500 && TOO_LONG.test(said))) {
    return {
      what: endSentence(said),
      hint: 'The prompt is too long for the model. Split its text with a split-text node and run this node as a batch over the chunks, or choose a model with a larger context.',
    };
  }
  if (status < 500) return { what: endSentence(said) };
  return {
    what: endSentence(said),
    hint: `${label} is having trouble. Run it again later, or choose another model with --model.`,
  };
}

function unreached(error: APICallError, { label, baseUrl, start }: Asked): RequestFailure {
  const code = systemCode(error);
  const cause = error;
  if (code === 'ECONNREFUSED') {
    return new RequestFailure('llm_failed', `${label} does not answer at ${baseUrl} (connection refused).`, {
      cause,
      hint: start ?? 'Check the address, or choose another model with --model.',
    });
  }
  if (code === 'ENOTFOUND') {
    return new RequestFailure(
      'llm_failed',
      `${label} was not reached: there is no host '${new URL(baseUrl).hostname}'.`,
      {
        cause,
        hint: 'Check the network and the address.',
      },
    );
  }
  const untrusted = explainTlsError(code);
  if (untrusted) {
    // Asking again changes nothing.
    return new RequestFailure('llm_failed', `${label} was not reached at ${baseUrl}: ${untrusted.what}.`, {
      cause,
      hint: untrusted.hint,
    });
  }
  if (code === 'PROXY_FAILED') {
    const hint = 'Check HTTPS_PROXY and HTTP_PROXY, or list the host in NO_PROXY.';
    return new RequestFailure('llm_failed', `${label} was not reached: ${deepestMessage(error)}.`, {
      cause,
      hint,
    });
  }
  return new RequestFailure('llm_failed', `${label} was not reached at ${baseUrl}: ${wordsOf(error)}.`, {
    cause,
    hint: 'Check the network, or choose another model with --model.',
    retryable: true,
  });
}

/** The message of the error that has the code. */
function deepestMessage(error: Error): string {
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.message;
    current = current.cause;
  }
  return wordsOf(error);
}

/** The system error code below a fetch error. */
function systemCode(error: unknown): string | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    const { code, errors } = current as { code?: unknown; errors?: unknown };
    if (typeof code === 'string') return code;
    if (Array.isArray(errors)) return systemCode(errors[0]);
  }
  return undefined;
}
