/** Connects to MCP servers. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { messageOf, PflowError } from '../../lib/error.js';
import { clampDelay } from '../../lib/timer.js';
import { pflowVersion } from '../../lib/version.js';
import { expandPath } from '../files/file-problem.js';
import { newProcessMark, signalMarked } from '../commands/process-mark.js';
import { fetchSameOrigin } from './fetch-same-origin.js';
import type { McpServer } from './mcp-settings.js';
import { createOutputValidator } from './output-validator.js';

/** A connected server. */
export type McpConnection = Readonly<{
  tools: readonly Tool[];
  call(tool: string, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult>;
  /** Closes the connection, and stops a server started here. */
  close(): Promise<void>;
}>;

const CONNECT_MS = 20_000;
/** Grace period in ms after closing the input of a server. */
const GRACE_MS = 500;

type ConnectOptions = Readonly<{ signal?: AbortSignal | undefined; connectMs?: number | undefined }>;

/** Starts or connects to a server and lists its tools. Rejects with a PflowError that states the reason. */
export async function connect(
  server: McpServer,
  { signal, connectMs = CONNECT_MS }: ConnectOptions = {},
): Promise<McpConnection> {
  // Loaded lazily: the SDK is large, and most runs use no server.
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Client(
    { name: 'pflow', version: pflowVersion() },
    { jsonSchemaValidator: await createOutputValidator() },
  );
  const line = await transportTo(server);
  const killNow = () => line.kill(line.pid());
  const close = async (): Promise<void> => {
    // A closed transport no longer knows its process.
    const pid = line.pid();
    const hasEnded = client.close().then(() => true);
    line.kill((await Promise.race([hasEnded, sleep(GRACE_MS, false)])) ? undefined : pid);
    process.removeListener('exit', killNow);
  };
  process.once('exit', killNow);
  try {
    const limits = { timeout: connectMs, ...(signal ? { signal } : {}) };
    await client.connect(line.transport, limits);
    const tools = client.getServerCapabilities()?.tools ? await listTools(client, limits) : [];
    return { tools, call: caller(client, server), close };
  } catch (cause) {
    await close();
    const last = line.said().trim().split('\n').at(-1);
    throw new PflowError(
      'node_failed',
      `The MCP server '${server.name}' does not answer: ${messageOf(cause)}${last ? ` It said: ${last}` : ''}`,
      { cause },
    );
  }
}

type Line = Readonly<{
  transport: Transport;
  /** The end of the stderr of the server. */
  said(): string;
  /** The process of a server started here, while connected. */
  pid(): number | undefined;
  /** Kills that process and its descendants. */
  kill(pid: number | undefined): void;
}>;

async function transportTo(server: McpServer): Promise<Line> {
  if (server.url !== undefined) {
    const { StreamableHTTPClientTransport } =
      await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: server.headers },
      fetch: fetchSameOrigin,
    });
    // The class declares `sessionId` without the `undefined` of the interface; they are equivalent.
    return { transport: transport as Transport, said: () => '', pid: () => undefined, kill: () => {} };
  }
  const { getDefaultEnvironment, StdioClientTransport } =
    await import('@modelcontextprotocol/sdk/client/stdio.js');
  const mark = newProcessMark();
  const transport = new StdioClientTransport({
    command: server.command!,
    args: server.args,
    env: { ...getDefaultEnvironment(), ...server.env, ...mark },
    stderr: 'pipe',
    ...(server.cwd === undefined ? {} : { cwd: expandPath(server.cwd) }),
  });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-MOST_SAID);
  });
  return {
    transport,
    said: () => said,
    pid: () => transport.pid ?? undefined,
    kill: (pid) => {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      signalMarked([mark], 'SIGKILL');
    },
  };
}

const MOST_SAID = 2000;

async function listTools(client: Client, limits: { timeout: number; signal?: AbortSignal }): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, limits);
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

function caller(client: Client, { name, timeout }: McpServer): McpConnection['call'] {
  return async (tool, params, signal) => {
    try {
      const options = { signal, timeout: clampDelay(timeout * 1000), resetTimeoutOnProgress: true };
      const result = await client.callTool({ name: tool, arguments: params }, undefined, options);
      return result as CallToolResult;
    } catch (cause) {
      throw new PflowError(
        'node_failed',
        `The tool '${tool}' of the MCP server '${name}' failed: ${messageOf(cause)}`,
        { cause },
      );
    }
  };
}
