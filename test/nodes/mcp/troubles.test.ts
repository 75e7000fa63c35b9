import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadMcpTypes, type McpTypes } from '../../../src/nodes/mcp/load-mcp-tools.js';
import type { NodeType } from '../../../src/nodes/definition/node-type.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { runningCountText } from '../../../src/view/spans/item-words.js';
import { memorySink, testContext, tracedStore } from '../../support/tracing.js';
import { failureOf, runNode } from '../../support/run-node.js';

const fixture = fileURLToPath(new URL('../../support/mcp-troubles.mjs', import.meta.url));
const stdio = { command: process.execPath, args: [fixture] };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-mcp-'));
  const own = root;
  onTestFinished(() => rmSync(own, { recursive: true }));
});

/** Servers are started once for all tests that use them. */
const loaded = new Map<string, McpTypes>();
afterAll(async () => {
  for (const each of loaded.values()) await each.close();
});

async function load(server: object): Promise<McpTypes> {
  const key = JSON.stringify(server);
  const known = loaded.get(key);
  if (known) return known;
  mkdirSync(join(root, '.pflow'), { recursive: true });
  writeFileSync(join(root, '.pflow', 'mcp.json'), JSON.stringify({ mcpServers: { it: server } }));
  const types = await loadMcpTypes({ env: { PFLOW_HOME: join(root, 'home') }, cwd: root });
  loaded.set(key, types);
  return types;
}

/** The node types of one server. */
async function typesOf(server: object): Promise<(tool: string) => NodeType> {
  const { types, warnings } = await load(server);
  expect(warnings).toEqual([]);
  return (tool) => types.find(({ type }) => type === `mcp-it-${tool}`)!;
}

test('a server that died is started again for the next call, and the call is repeated only if the tool reads', async () => {
  const type = await typesOf(stdio);
  const file = join(root, 'count');
  expect(await failureOf(type('crash-once'), { file })).toBe(
    "The tool 'crash-once' of the MCP server 'it' failed: its process ended during the request. It said: FATAL: out of cheese",
  );
  const next = await runNode(type('crash-once'), { file });
  expect(next.outputs).toEqual({ result: 'survived' });
  expect(next.logs).toContainEqual("warning: The MCP server 'it' had ended and is started again.\n");
  const read = await runNode(type('read-once'), { file: `${file}2` });
  expect(read.outputs).toEqual({ result: 'survived' });
  expect(read.logs).toContainEqual(
    "warning: The MCP server 'it' ended during the call and is started again.\n",
  );
  expect(readFileSync(`${file}2`, 'utf8')).toBe('xx');
});

test('progress extends the timeout, and progress, logs and stderr of the server are in the log of the node', async () => {
  const type = await typesOf({ ...stdio, timeout: 0.8 });
  const slow = await runNode(type('progress'), { steps: 4 });
  expect(slow.outputs).toEqual({ result: 'done' });
  expect(slow.logs).toContainEqual('stdout: progress: 1 of 4, working\n');
  const words = await runNode(type('words'), {});
  expect(words.logs).toContainEqual('stdout: warning: a line of the server\n');
  await expect.poll(() => words.logs.join('')).toContain('a line of stderr');
});

test('the progress of a tool is recorded for the span of its node, whose row shows it', async () => {
  const sink = memorySink();
  const type = await typesOf({ ...stdio, timeout: 0.8 });
  const node = new TracingWrapper(type('progress').create('slow'), { nodeType: 'mcp-it-progress' });
  await node.run(tracedStore(sink), testContext({ params: { steps: 3 } }));
  const { span } = sink.of('span.started').find(({ kind }) => kind === 'node')!;
  const [first] = sink.of('progress.changed');
  expect(first).toMatchObject({ span, done: 1, total: 3, message: 'working' });
  const state = reduceEvents(sink.events.slice(0, first!.seq + 1), { prices: testPrices });
  expect(runningCountText(state, state.spans.get(span)!, first!.at, glyphsOf('unicode'))).toContain('1/3');
});

test('a timeout names the seconds and the setting', async () => {
  const type = await typesOf({ ...stdio, timeout: 0.8 });
  const error = await runNode(type('hang'), {}).catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    message: "The tool 'hang' of the MCP server 'it' failed: it did not answer within 0.8 s.",
    hint: "Raise `timeout` (seconds) of 'it' in the settings of MCP servers.",
  });
});

test.each([
  ['sample', 'sampling: it asks its client for the answer of a model'],
  ['elicit', 'elicitation: it asks its client for input of the user'],
  ['roots', 'roots: it asks its client for the folders to work in'],
])('a tool that needs %s of its client fails with what is missing', async (tool, need) => {
  expect(await failureOf((await typesOf(stdio))(tool), {})).toBe(
    `The tool '${tool}' of the MCP server 'it' needs ${need}, which pflow does not offer.`,
  );
});

test('a result over 10 MiB, a wrapped value and content next to structured data reach the outputs', async () => {
  const type = await typesOf(stdio);
  expect((await runNode(type('huge'), {})).outputs['result']).toHaveLength(11 * 1024 * 1024);
  expect((await runNode(type('wrapped'), {})).outputs).toEqual({ result: 42 });
  expect((await runNode(type('chart'), {})).outputs).toEqual({
    points: 3,
    result: { points: 3 },
    content: [
      { type: 'text', text: 'a chart' },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ],
  });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

async function listen(handler: Handler): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => void handler(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, server };
}

function greeter(): McpServer {
  const server = new McpServer({ name: 'greeter', version: '1.0.0' });
  server.registerTool('greet', {}, () => ({ content: [{ type: 'text', text: 'hello' }] }));
  return server;
}

test('a session that an HTTP server has lost is renewed, and the call is repeated', async () => {
  let sessions = new Map<string, StreamableHTTPServerTransport>();
  let opened = 0;
  const { url } = await listen(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    let transport = typeof id === 'string' ? sessions.get(id) : undefined;
    if (id !== undefined && !transport) return response.writeHead(404).end('Session not found');
    if (!transport) {
      const own = `session-${++opened}`;
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => own });
      sessions.set(own, transport);
      await greeter().connect(transport as Transport);
    }
    await transport.handleRequest(request, response);
  });
  const greet = (await typesOf({ url }))('greet');
  expect((await runNode(greet, {})).outputs).toEqual({ result: 'hello' });
  sessions = new Map();
  const again = await runNode(greet, {});
  expect(again.outputs).toEqual({ result: 'hello' });
  expect(again.logs).toContainEqual(
    "warning: The MCP server 'it' has forgotten the session and is connected again.\n",
  );
});

test('a server that offers only HTTP with SSE is used', async () => {
  let transport: SSEServerTransport | undefined;
  const { url } = await listen(async (request, response) => {
    if (request.method === 'GET' && request.url === '/mcp') {
      transport = new SSEServerTransport('/messages', response);
      await greeter().connect(transport);
    } else if (request.url?.startsWith('/messages')) await transport?.handlePostMessage(request, response);
    else response.writeHead(405).end();
  });
  for (const server of [{ url }, { url, type: 'sse' }]) {
    expect((await runNode((await typesOf(server))('greet'), {})).outputs).toEqual({ result: 'hello' });
  }
});

test.each([
  [
    401,
    '{"error":"invalid_token"}',
    'answered 401: {"error":"invalid_token"}',
    /headers.*does not sign in with OAuth/,
  ],
  [405, '', 'answered 405: without a reason.', /^Check `url`/],
])(
  'a server that answers %i is reported with status, address and what to do',
  async (status, body, what, hint) => {
    const { url } = await listen((_request, response) => response.writeHead(status).end(body));
    const { warnings } = await load({ url: `${url}?key=secret` });
    expect(warnings.join()).toContain(`The MCP server 'it' does not answer: ${url} ${what}`);
    expect(warnings.join()).toMatch(hint.source.startsWith('^') ? new RegExp(hint.source.slice(1)) : hint);
  },
);

test('a server that cannot be reached is reported with its address and the error', async () => {
  const { url, server } = await listen(() => {});
  server.close();
  const { warnings } = await load({ url });
  expect(warnings).toEqual([`The MCP server 'it' does not answer: ${url} cannot be reached (ECONNREFUSED).`]);
});
