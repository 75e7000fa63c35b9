/** Explains why a call of an MCP tool failed: the status, the address, the setting, what the server wrote. */

import { messageOf, PflowError } from '../../lib/error.js';
import type { McpServer } from './mcp-settings.js';

/** Codes of the protocol's SDK. */
const CONNECTION_CLOSED = -32000;
const REQUEST_TIMEOUT = -32001;

/** Requests of servers to their client that pflow does not serve, and what each is for. */
const unserved: Readonly<Record<string, string>> = {
  'sampling/createMessage': 'sampling: it asks its client for the answer of a model',
  'elicitation/create': 'elicitation: it asks its client for input of the user',
  'roots/list': 'roots: it asks its client for the folders to work in',
};

/** What a server needs of its client, by the method that it called or the message of its own check. */
export function describeNeed(methods: ReadonlySet<string>, message: string): string | undefined {
  const method = Object.keys(unserved).find(
    (each) =>
      methods.has(each) ||
      (/not support/i.test(message) && new RegExp(each.split('/')[0]!, 'i').test(message)),
  );
  return method && unserved[method];
}

/** What is known of a server when it fails. */
export type ServerState = Readonly<{
  server: McpServer;
  /** The end of its stderr. */
  said: string;
  /** Whether the connection has ended. */
  isClosed: boolean;
}>;

/** The error of a tool's call. */
export function callFailure(tool: string, cause: unknown, state: ServerState): PflowError {
  const { name } = state.server;
  const { what, hint } = explain(cause, state);
  return new PflowError('node_failed', `The tool '${tool}' of the MCP server '${name}' failed: ${what}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error of a connection that did not come about. */
export function connectFailure(cause: unknown, state: ServerState): PflowError {
  const { what, hint } = explain(cause, state);
  return new PflowError('node_failed', `The MCP server '${state.server.name}' does not answer: ${what}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

function explain(cause: unknown, { server, said, isClosed }: ServerState): { what: string; hint?: string } {
  const { code, data } = cause as { code?: unknown; data?: { timeout?: unknown } };
  const line = said.trim().split('\n').at(-1);
  const words = line ? ` It said: ${line}` : '';
  if (code === REQUEST_TIMEOUT && typeof data?.timeout === 'number') {
    return {
      what: `it did not answer within ${data.timeout / 1000} s.${words}`,
      hint: `Raise \`timeout\` (seconds) of '${server.name}' in the settings of MCP servers.`,
    };
  }
  if (code === CONNECTION_CLOSED && isClosed && server.url === undefined)
    return { what: `its process ended during the request.${words}` };
  const address = server.url === undefined ? undefined : withoutQuery(server.url);
  const status = statusOf(cause);
  if (status !== undefined)
    return { what: `${address} answered ${status}: ${reasonOf(cause)}`, ...advice(status) };
  const network = (cause as { cause?: { code?: unknown } }).cause?.code;
  if (address !== undefined && typeof network === 'string')
    return { what: `${address} cannot be reached (${network}).` };
  return { what: `${messageOf(cause)}${words}` };
}

/** The HTTP status that a server answered with; undefined if it was not that. */
export function statusOf(cause: unknown): number | undefined {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'number' && code >= 300 && code < 600) return code;
  const inMessage = /HTTP (\d{3})/.exec(String(message))?.[1];
  return inMessage === undefined ? undefined : Number(inMessage);
}

/** The body of the response, in one bounded line. */
function reasonOf(cause: unknown): string {
  const text = messageOf(cause)
    .replace(/^.*?Error POSTing to endpoint(?: \(HTTP \d+\))?:\s*/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? 'without a reason.' : text.slice(0, 300);
}

function advice(status: number): { hint?: string } {
  if (status === 401 || status === 403) {
    return {
      hint: 'It requires authorization. Put a token into `headers` of the server, such as {"Authorization": "Bearer ${TOKEN}"}; pflow does not sign in with OAuth.',
    };
  }
  if (status === 404 || status === 405)
    return {
      hint: 'Check `url`: it is the address of the endpoint itself, such as https://example.com/mcp.',
    };
  return {};
}

/** Queries may hold keys. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
