/** Opens the transport to an MCP server: a process, Streamable HTTP, or the older HTTP with SSE. */

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { newProcessMark, signalMarked } from '../commands/process-mark.js';
import { expandPath } from '../files/file-problem.js';
import { fetchSameOrigin } from './fetch-same-origin.js';
import type { McpServer } from './mcp-settings.js';
import { MessageBuffer } from './message-buffer.js';

/** A transport, and what is known of the server's process. */
export type Line = Readonly<{
  transport: Transport;
  /** The end of the stderr of the server. */
  said(): string;
  /** Receives what the server writes to stderr from now on. */
  onStderr(listener: (text: string) => void): void;
  /** The process of a server started here, while connected. */
  pid(): number | undefined;
  /** Kills that process and its descendants. */
  kill(pid: number | undefined): void;
}>;

const remote = {
  said: () => '',
  onStderr() {},
  pid: () => undefined,
  kill() {},
};

/** The transport to a server; `sse` selects the one that the protocol replaced in 2025-03-26. */
export async function openTransport(server: McpServer, sse: boolean): Promise<Line> {
  if (server.url === undefined) return startServer(server);
  const url = new URL(server.url);
  const options = { requestInit: { headers: server.headers }, fetch: fetchSameOrigin };
  if (sse) {
    const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js');
    return { ...remote, transport: new SSEClientTransport(url, options) };
  }
  const { StreamableHTTPClientTransport } =
    await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  // The class declares `sessionId` without the `undefined` of the interface; they are equivalent.
  return { ...remote, transport: new StreamableHTTPClientTransport(url, options) as Transport };
}

/** The end of stderr that is kept, in characters. */
export const MOST_SAID = 2000;

async function startServer(server: McpServer): Promise<Line> {
  const [{ getDefaultEnvironment, StdioClientTransport }, { deserializeMessage }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/stdio.js'),
    import('@modelcontextprotocol/sdk/shared/stdio.js'),
  ]);
  const mark = newProcessMark();
  const transport = new StdioClientTransport({
    command: server.command!,
    args: server.args,
    env: { ...getDefaultEnvironment(), ...server.env, ...mark },
    stderr: 'pipe',
    ...(server.cwd === undefined ? {} : { cwd: expandPath(server.cwd) }),
  });
  // The SDK has no option for it; a test reads a message over its limit.
  Reflect.set(transport, '_readBuffer', new MessageBuffer(deserializeMessage));
  let said = '';
  let listener: (text: string) => void = () => {};
  transport.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    said = (said + text).slice(-MOST_SAID);
    listener(text);
  });
  return {
    transport,
    said: () => said,
    onStderr: (next) => void (listener = next),
    pid: () => transport.pid ?? undefined,
    kill: (pid) => {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      signalMarked([mark], 'SIGKILL');
    },
  };
}
