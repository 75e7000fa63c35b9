/** Creates node types from the tools of MCP servers. */

import { messageOf, PflowError } from '../../lib/error.js';
import type { NodeType } from '../definition/node-type.js';
import { connect, type McpConnection } from './mcp-connection.js';
import { connectLater } from './lazy-connection.js';
import { readMcpServers, type McpPlaces, type McpServer } from './mcp-settings.js';
import { keepToolList, readToolList } from './tool-list.js';
import { toolType, typeName } from './tool-type.js';

export type McpOptions = Partial<McpPlaces> &
  Readonly<{
    /** The wanted node types: only servers that may provide them are queried. Absent means all. */
    wanted?: readonly string[];
    /** Whether to query servers with cached tools too. */
    fresh?: boolean;
    /** Whether servers may be started or connected to; without it only cached tools are known. Default true. */
    start?: boolean;
    /** Time in ms that a server has to list its tools. */
    connectMs?: number;
    signal?: AbortSignal;
  }>;

/** MCP tools as node types. Servers run until `close`. */
export type McpTypes = Readonly<{
  types: readonly NodeType[];
  /** One warning per unusable server; the others work. */
  warnings: readonly string[];
  /** Servers whose tools are not known, because they were not started or did not answer. */
  unlisted: readonly string[];
  close(): Promise<void>;
}>;

/**
 * Creates a node type per tool of the configured servers. Servers without cached tools are connected concurrently; the
 * others on their first call.
 */
export async function loadMcpTypes(options: McpOptions = {}): Promise<McpTypes> {
  const { env = process.env, cwd = process.cwd(), project = true, start = true, connectMs, signal } = options;
  const { servers, warnings } = readMcpServers({ env, cwd, project });
  const types = new Map<string, NodeType>();
  const open: McpConnection[] = [];
  const ask = async (server: McpServer, until?: AbortSignal): Promise<McpConnection> => {
    const connection = await connect(server, { signal: until, connectMs });
    keepToolList(server, connection.tools, env);
    return connection;
  };
  const connected = await Promise.allSettled(
    servers.map(async (server) => {
      const known = readToolList(server, env);
      const later = (until: AbortSignal) => ask(server, until);
      if (!start || !mustAsk(server, known, options)) return known && connectLater(server, known, later);
      const connection = await ask(server, signal);
      return connectLater(server, connection.tools, later, connection);
    }),
  );
  const unlisted: string[] = [];
  for (const [i, outcome] of connected.entries()) {
    if (outcome.status === 'rejected') warnings.push(describeFailure(outcome.reason));
    if (outcome.status === 'rejected' || !outcome.value) {
      unlisted.push(servers[i]!.name);
      continue;
    }
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
    unlisted,
    close: async () => {
      await Promise.allSettled(open.map((connection) => connection.close()));
    },
  };
}

function describeFailure(error: unknown): string {
  const hint = error instanceof PflowError ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)} ${hint}`;
}

/** Whether the cache cannot determine which wanted types a server has. */
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
