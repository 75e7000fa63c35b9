/** Connects to an MCP server on its first tool call. */

import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { PflowError } from '../../lib/error.js';
import { untilAborted } from '../../runtime/control/abort.js';
import type { McpConnection } from './mcp-connection.js';
import type { McpServer } from './mcp-settings.js';

/** A server with cached tools, connected by `connect` on the first call. */
export function connectLater(
  { name }: McpServer,
  tools: readonly Tool[],
  connect: (signal: AbortSignal) => Promise<McpConnection>,
): McpConnection {
  let opening: Promise<McpConnection> | undefined;
  const closing = new AbortController();
  const open = () => {
    opening ??= connect(closing.signal).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    tools,
    call: async (tool, params, signal) => {
      const connection = await untilAborted(open(), signal);
      const names = connection.tools.map((each) => each.name);
      if (!names.includes(tool)) {
        const message = `The MCP server '${name}' has no tool '${tool}' any more. It has: ${names.join(', ') || 'none'}.`;
        throw new PflowError('node_failed', message);
      }
      return connection.call(tool, params, signal);
    },
    close: async () => {
      closing.abort();
      const connection = await opening?.catch(() => undefined);
      await connection?.close();
    },
  };
}
