/** Loads the node types that a command can use: built-in, custom and MCP tools. */
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { McpOptions } from '../../nodes/mcp/load-mcp-tools.js';
import { builtinTypes, createRegistry, type Registry } from '../../nodes/registry.js';
import { onExit } from '../io/on-exit.js';
import type { NodesOption } from '../args/run-options.js';

/**
 * Loads the node types: built-in ones, those in `--nodes`, ./.pflow/nodes, ~/.pflow/nodes and the packages that
 * ~/.pflow/settings.json names, and the tools of MCP servers. A server is queried for its tools only if they are not cached or
 * `fresh` is set; with `wanted`, only if it may have one of these types.
 */
export async function openRegistry(
  { nodes = [] }: NodesOption,
  onWarning: (message: string) => void,
  mcp: Pick<McpOptions, 'wanted' | 'fresh' | 'signal'> = {},
): Promise<Registry> {
  const home = pflowHome();
  const { loadOwnNodes } = await import('../../nodes/custom/load-custom-nodes.js');
  const { types, warnings } = await loadOwnNodes({
    given: nodes,
    usual: [join('.pflow', 'nodes'), join(home, 'nodes')],
    settings: join(home, 'settings.json'),
    packageHomes: [process.cwd(), home],
    taken: builtinTypes.map(({ type }) => type),
  });
  const { loadMcpTypes } = await import('../../nodes/mcp/load-mcp-tools.js');
  const tools = await loadMcpTypes(mcp);
  onExit(tools.close);
  mcp.signal?.throwIfAborted();
  for (const warning of [...warnings, ...tools.warnings]) onWarning(warning);
  return createRegistry([...builtinTypes, ...types, ...tools.types]);
}
