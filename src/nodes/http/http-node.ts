/** The http node. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { decodeResponse } from './decode-response.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import { withRetries } from './retry-request.js';
import { sendRequest } from './send-request.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Makes an HTTP request. */
export const http = defineNode({
  type: 'http',
  description: 'Makes an HTTP request and returns the response; for a web page also its readable text.',
  params: z.object({
    url: z.string().min(1).describe('URL, with http:// or https://'),
    method: z
      .string()
      .optional()
      .describe(`${METHODS.join(', ')}; default POST with a body, else GET`),
    body: z.unknown().optional().describe('Request body: text as it is, anything else as JSON'),
    headers: z.record(z.string(), scalar).default({}).describe('Request headers'),
    params: z
      .record(z.string(), z.union([scalar, z.array(scalar)]))
      .default({})
      .describe('Query parameters added to the URL'),
    timeout: z.number().positive().default(30).describe('Timeout in seconds'),
    retries: z
      .number()
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('Number of retries if the server is unreachable or busy (408, 429, 500, 502 to 504)'),
    retry_wait: z
      .number()
      .min(0)
      .max(600)
      .default(1)
      .describe(
        'Seconds before the first retry; doubles with each retry unless the server sends Retry-After',
      ),
    auth_token: z.string().optional().describe('Bearer token for the Authorization header'),
    api_key: z.string().optional().describe('API key, sent in the header api_key_header'),
    api_key_header: z.string().default('X-API-Key').describe('Name of the header for api_key'),
  }),
  outputs: z.object({
    response: z.unknown().describe('Response body: parsed JSON, text, or base64 if it is neither'),
    text: z
      .string()
      .optional()
      .describe('Body as text, for a web page only the readable part; absent if it is not text'),
    status_code: z.number().describe('Status code, such as 200'),
    response_headers: z.record(z.string(), z.string()).describe('Response headers, with names in lower case'),
    response_time: z.number().describe('Seconds until the complete body was received'),
    response_is_binary: z.boolean().describe('Whether `response` is base64'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads', 'sends'],
  effectsOf: ({ method, body }) => (isReading(method, body) ? ['reads'] : ['sends']),
  exec: async ({ params, signal, log, traceparent }) => {
    const request = {
      url: addressOf(params.url, params.params),
      method: methodOf(params.method, params.body),
      headers: headersOf(params, traceparent),
      body: bodyOf(params.body),
      timeoutMs: params.timeout * 1000,
      signal,
    };
    const patience = { retries: params.retries, waitMs: params.retry_wait * 1000, signal, log };
    const answer = await withRetries(() => sendRequest(request), patience);
    const { status, statusText, headers, bytes, seconds } = answer;
    const { response, text, binary } = await decodeResponse(bytes, headers['content-type'] ?? '', {
      timeoutMs: Math.max(1000, request.timeoutMs - seconds * 1000),
      signal,
      onWarning: (message) => log(message, 'warning'),
    });
    return {
      response,
      text,
      status_code: status,
      response_headers: headers,
      response_time: seconds,
      response_is_binary: binary,
      error:
        status >= 200 && status < 300
          ? undefined
          : `The server answered ${[status, statusText].filter(Boolean).join(' ')}.`,
    };
  },
  // An error status is a response: its outputs are written and only the action signals the failure.
  post: ({ outputs }) => (outputs.error === undefined ? 'default' : 'error'),
});

function isReading(method: unknown, body: unknown): boolean {
  if (typeof method === 'string') return ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase());
  return method === undefined && (body === undefined || body === null);
}

function methodOf(method: string | undefined, body: unknown): string {
  const name = method?.toUpperCase() ?? (body === undefined || body === null ? 'GET' : 'POST');
  if (METHODS.includes(name)) return name;
  throw new PflowError('node_failed', `'${method}' is not an HTTP method. There are: ${METHODS.join(', ')}.`);
}

type QueryValue = string | number | boolean;

function addressOf(url: string, params: Readonly<Record<string, QueryValue | readonly QueryValue[]>>): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new PflowError('node_failed', `'${url}' is not a web address.`, {
      hint: 'It begins with http:// or https://.',
    });
  }
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value].flat()) address.searchParams.append(name, String(each));
  }
  return address;
}

type Credentials = Readonly<{
  auth_token?: string | undefined;
  api_key?: string | undefined;
  api_key_header: string;
}>;

function headersOf(
  {
    headers,
    body,
    auth_token,
    api_key,
    api_key_header,
  }: Credentials & { headers: Readonly<Record<string, QueryValue>>; body?: unknown },
  traceparent: string | undefined,
): Headers {
  if (auth_token !== undefined && api_key !== undefined) {
    throw new PflowError('node_failed', 'Give auth_token or api_key, not both.');
  }
  const all = new Headers();
  // Some sites reject clients without a user agent.
  all.set('user-agent', 'pflow');
  if (traceparent !== undefined) all.set('traceparent', traceparent);
  if (typeof body === 'object' && body !== null) all.set('content-type', 'application/json');
  if (auth_token !== undefined) all.set('authorization', `Bearer ${auth_token}`);
  if (api_key !== undefined) all.set(api_key_header, api_key);
  for (const [name, value] of Object.entries(headers)) setHeader(all, name, String(value));
  return all;
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch (cause) {
    throw new PflowError(
      'node_failed',
      `The header '${name}' has a name or a value that HTTP does not allow.`,
      { cause },
    );
  }
}

function bodyOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}
