/** Loads the node types that a command can use: built-in, custom and MCP tools. */
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { McpOptions } from '../../nodes/mcp/load-mcp-tools.js';
import { builtinTypes, createRegistry, type Registry } from '../../nodes/registry.js';
import { readSharedSettings } from '../args/shared-settings.js';
import { onExit } from '../io/on-exit.js';
import type { NodesOption, TrustOption } from '../args/run-options.js';
import { findUntrusted } from '../trust/ask-trust.js';

export type RegistryOptions = Pick<McpOptions, 'wanted' | 'fresh' | 'signal'> &
  Readonly<{
    /**
     * Whether the command only inspects: in an untrusted folder it starts no MCP server, elsewhere it waits for one only
     * briefly, and types that are not known for that reason are unchecked instead of unknown.
     */
    inspect?: boolean;
  }>;

/** The node types, and a line for everything that was left out of them. */
export type OpenedRegistry = Registry & Readonly<{ notChecked: readonly string[] }>;

/** Clients that node files create are observed, and so is what they send while they load; from now on they may block the thread. */
async function prepareForNodeFiles(): Promise<void> {
  const { observeOutsideCalls } = await import('../../runtime/calls/outside-calls.js');
  const { releaseSignalsWhenStalled } = await import('../io/stalled-thread.js');
  releaseSignalsWhenStalled();
  observeOutsideCalls();
}

/** The reason for unchecked code of the project. */
const UNTRUSTED = 'pflow trust';

/** Time in ms that a command that only inspects waits for an MCP server. */
const INSPECT_MS = 5_000;

/**
 * Loads the node types: built-in ones, those in `--nodes`, ./.pflow/nodes, ~/.pflow/nodes and the packages that
 * ~/.pflow/settings.json names, and the tools of MCP servers. Code of the project only if it is trusted. A server is queried for
 * its tools only if they are not cached or `fresh` is set; with `wanted`, only if it may have one of these types.
 */
export async function openRegistry(
  options: NodesOption & TrustOption,
  onWarning: (message: string) => void,
  { inspect = false, ...mcp }: RegistryOptions = {},
): Promise<OpenedRegistry> {
  const home = pflowHome();
  const untrusted = findUntrusted(options);
  const { loadOwnNodes } = await import('../../nodes/custom/load-custom-nodes.js');
  const { types, warnings } = await loadOwnNodes({
    given: options.nodes ?? [],
    usual: [...(untrusted ? [] : [join('.pflow', 'nodes')]), join(home, 'nodes')],
    settings: join(home, 'settings.json'),
    packageHomes: [...(untrusted ? [] : [process.cwd()]), home],
    without: untrusted?.packages ?? [],
    taken: builtinTypes.map(({ type }) => type),
    // A command that only inspects has no run to record a call in.
    ...(inspect ? {} : { onLoad: prepareForNodeFiles }),
  });
  const { loadMcpTypes } = await import('../../nodes/mcp/load-mcp-tools.js');
  const tools = await loadMcpTypes({
    ...mcp,
    project: !untrusted,
    start: !(inspect && untrusted),
    ...(inspect && mcp.wanted ? { connectMs: INSPECT_MS } : {}),
  });
  onExit(tools.close);
  mcp.signal?.throwIfAborted();
  for (const warning of [...warnings, ...tools.warnings]) onWarning(warning);
  if (untrusted && !inspect)
    onWarning('The code of this folder is not trusted and was not loaded: `pflow trust` shows it.');
  const shared = readSharedSettings();
  const all = [...builtinTypes, ...types, ...tools.types];
  const registry = createRegistry(all.filter(({ type }) => !shared.denies(type)));
  const denied = (type: string) =>
    shared.denies(type) && all.some((each) => each.type === type)
      ? `registry.nodes in ${join(home, 'settings.json')}`
      : undefined;
  const isOf = (servers: readonly string[], type: string) =>
    servers.some((name) => type.startsWith(`mcp-${name}-`));
  const unchecked = (type: string) => {
    if (untrusted && (untrusted.hasNodes || isOf(untrusted.servers, type))) return UNTRUSTED;
    if (!isOf(tools.unlisted, type)) return undefined;
    return untrusted ? UNTRUSTED : 'its MCP server does not answer';
  };
  return {
    ...registry,
    denied,
    ...(inspect ? { unchecked } : {}),
    notChecked: (untrusted?.lines ?? []).map((line) => `${line}  not checked: ${UNTRUSTED}`),
  };
}
