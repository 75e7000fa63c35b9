import { messageOf } from '../../lib/error.js';
import type { NodeType } from '../node-type.js';
import { connect, type McpConnection } from './connection.js';
import { readMcpServers, type McpPlaces } from './settings.js';
import { toolType, typeName } from './tool-type.js';

export type McpOptions = Partial<McpPlaces> &
  Readonly<{
    /** The node types that are wanted: only servers that could have one of them are started. Absent is all. */
    wanted?: readonly string[];
    signal?: AbortSignal;
  }>;

/** The tools of the configured servers as node types. The servers run until `close`. */
export type McpTypes = Readonly<{
  types: readonly NodeType[];
  /** One for each server that cannot be used; the others can. */
  warnings: readonly string[];
  close(): Promise<void>;
}>;

/** Starts or reaches the configured MCP servers, all at once, and makes a node type of each of their tools. */
export async function loadMcpTypes(options: McpOptions = {}): Promise<McpTypes> {
  const { env = process.env, cwd = process.cwd(), wanted, signal } = options;
  const { servers, warnings } = readMcpServers({ env, cwd });
  const needed = servers.filter(
    ({ name }) => !wanted || wanted.some((type) => type.startsWith(typeName(name, ''))),
  );
  const types = new Map<string, NodeType>();
  const open: McpConnection[] = [];
  const connected = await Promise.allSettled(needed.map((server) => connect(server, signal)));
  for (const [i, outcome] of connected.entries()) {
    if (outcome.status === 'rejected') {
      warnings.push(messageOf(outcome.reason));
      continue;
    }
    open.push(outcome.value);
    for (const tool of outcome.value.tools) {
      const type = toolType(needed[i]!.name, tool, outcome.value.call);
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
