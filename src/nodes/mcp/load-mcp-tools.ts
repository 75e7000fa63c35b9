import { messageOf } from '../../lib/error.js';
import type { NodeType } from '../definition/node-type.js';
import { connect, type McpConnection } from './mcp-connection.js';
import { connectLater } from './lazy-connection.js';
import { readMcpServers, type McpPlaces, type McpServer } from './mcp-settings.js';
import { keepToolList, readToolList } from './tool-list.js';
import { toolType, typeName } from './tool-type.js';

export type McpOptions = Partial<McpPlaces> &
  Readonly<{
    /** The node types that are wanted: only servers that could have one of them are asked for their tools. Absent is all. */
    wanted?: readonly string[];
    /** Whether servers are asked also where it is known which tools they have. */
    fresh?: boolean;
    signal?: AbortSignal;
  }>;

/** The tools of the configured servers as node types. The servers run until `close`. */
export type McpTypes = Readonly<{
  types: readonly NodeType[];
  /** One for each server that cannot be used; the others can. */
  warnings: readonly string[];
  close(): Promise<void>;
}>;

/**
 * Makes a node type of each tool of the configured MCP servers. A server that has never been asked for its tools is started or
 * reached, all such at once; the others are when one of their tools is called.
 */
export async function loadMcpTypes(options: McpOptions = {}): Promise<McpTypes> {
  const { env = process.env, cwd = process.cwd(), signal } = options;
  const { servers, warnings } = readMcpServers({ env, cwd });
  const types = new Map<string, NodeType>();
  const open: McpConnection[] = [];
  const ask = async (server: McpServer, until?: AbortSignal): Promise<McpConnection> => {
    const connection = await connect(server, until);
    keepToolList(server, connection.tools, env);
    return connection;
  };
  const connected = await Promise.allSettled(
    servers.map(async (server) => {
      const known = readToolList(server, env);
      if (mustAsk(server, known, options)) return ask(server, signal);
      return known && connectLater(server, known, (until) => ask(server, until));
    }),
  );
  for (const [i, outcome] of connected.entries()) {
    if (outcome.status === 'rejected') {
      warnings.push(messageOf(outcome.reason));
      continue;
    }
    if (!outcome.value) continue;
    open.push(outcome.value);
    for (const tool of outcome.value.tools) {
      const type = toolType(servers[i]!.name, tool, outcome.value.call);
      if (types.has(type.type)) warnings.push(`Two MCP tools are named '${type.type}'; the first is used.`);
      else types.set(type.type, type);
    }
  }
  return {
    types: [...types.values()],
    warnings,
    close: async () => {
      await Promise.allSettled(open.map((connection) => connection.close()));
    },
  };
}

/** Whether what is known of a server does not answer which of the wanted types it has. */
function mustAsk(
  { name }: McpServer,
  known: McpConnection['tools'] | undefined,
  { wanted, fresh = false }: McpOptions,
): boolean {
  if (!wanted) return fresh || !known;
  const own = wanted.filter((type) => type.startsWith(typeName(name, '')));
  if (own.length > 0 && (fresh || !known)) return true;
  return own.some((type) => !known?.some((tool) => typeName(name, tool.name) === type));
}
