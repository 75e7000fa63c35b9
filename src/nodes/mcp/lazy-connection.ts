/** Connects to an MCP server on its first tool call, and again when it is gone. */

import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { PflowError } from '../../lib/error.js';
import { untilAborted } from '../../runtime/control/abort.js';
import type { McpConnection } from './mcp-connection.js';
import { statusOf } from './mcp-failure.js';
import type { McpServer } from './mcp-settings.js';

/**
 * A server with known tools, connected by `connect` on the first call unless it is already (`connected`). A server that has
 * ended, or that no longer knows the session, is connected once more per call. The call during which a server ended is
 * repeated only if the tool changes nothing, by its annotations.
 */
export function connectLater(
  { name, url }: McpServer,
  tools: readonly Tool[],
  connect: (signal: AbortSignal) => Promise<McpConnection>,
  connected?: McpConnection,
): McpConnection {
  let opening: Promise<McpConnection> | undefined = connected && Promise.resolve(connected);
  const closing = new AbortController();
  const open = (): Promise<McpConnection> => {
    opening ??= connect(closing.signal).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  /** Concurrent calls that find the same server gone share the new connection. */
  const reopen = (gone: McpConnection, current: Promise<McpConnection>): Promise<McpConnection> => {
    if (opening === current) {
      opening = undefined;
      void gone.close().catch(() => {});
    }
    return open();
  };
  return {
    tools,
    isClosed: () => closing.signal.aborted,
    async call(tool, params, context) {
      const again = url === undefined ? 'is started again' : 'is connected again';
      let current = open();
      let connection = await untilAborted(current, context.signal);
      let isFresh = false;
      const renew = async (why: string): Promise<void> => {
        context.log?.(`The MCP server '${name}' ${why} and ${again}.\n`, 'warning');
        isFresh = true;
        current = reopen(connection, current);
        connection = await untilAborted(current, context.signal);
      };
      if (connection.isClosed()) await renew('had ended');
      requireTool(name, connection, tool);
      try {
        return await connection.call(tool, params, context);
      } catch (error) {
        if (isFresh || context.signal.aborted) throw error;
        const isRepeatable = isIdempotent(connection, tool);
        if (lostSession(error)) await renew('has forgotten the session');
        else if (connection.isClosed() && isRepeatable) await renew('ended during the call');
        else throw error;
        return connection.call(tool, params, context);
      }
    },
    close: async () => {
      closing.abort();
      const connection = await opening?.catch(() => undefined);
      await connection?.close();
    },
  };
}

function requireTool(name: string, { tools }: McpConnection, tool: string): void {
  const names = tools.map((each) => each.name);
  if (names.includes(tool)) return;
  const message = `The MCP server '${name}' has no tool '${tool}' any more. It has: ${names.join(', ') || 'none'}.`;
  throw new PflowError('node_failed', message);
}

/** Over HTTP, 404 means that the session is unknown, and that nothing was done. */
function lostSession(error: unknown): boolean {
  return error instanceof PflowError && statusOf(error.cause) === 404;
}

function isIdempotent({ tools }: McpConnection, tool: string): boolean {
  const { readOnlyHint, idempotentHint } = tools.find(({ name }) => name === tool)?.annotations ?? {};
  return readOnlyHint === true || idempotentHint === true;
}
