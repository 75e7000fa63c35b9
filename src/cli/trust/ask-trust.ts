/** Prompts the user to trust the code of the working directory before a run needs it. */
import { join } from 'node:path';
import { PflowError } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { typesUsed } from '../../workflow/check/types-used.js';
import type { NodesOption, TrustOption } from '../args/run-options.js';
import { canAsk, say } from '../io/console.js';
import { findProjectCode, type ProjectCode } from './project-code.js';
import { trustFolder, trustStateOf } from './trust-store.js';

/** The node types that a run may use: those of a workflow, or any if it is not planned yet. */
export type Needs = Readonly<{ workflow: unknown } | { anything: true }>;

/**
 * Returns if a run needs no code of the project or if that code is trusted. Otherwise prompts on the terminal. A run that is
 * not planned yet continues without the code if the user cannot be prompted or declines; for any other this throws a PflowError.
 */
export async function askTrust(
  needs: () => Needs | Promise<Needs>,
  options: NodesOption & TrustOption,
): Promise<void> {
  const code = findUntrusted(options);
  if (!code) return;
  const needed = await needs();
  const types = 'workflow' in needed ? await typesFromProject(needed.workflow, code, options) : undefined;
  if (types?.length === 0) return;
  if (!canAsk()) {
    if (!types) return;
    throw new PflowError('usage', `${missingTypes(types)} ${describeTrust(code)}`, {
      hint: '`pflow trust` shows that code and trusts it; --trust trusts it for one run.',
    });
  }
  say(
    [types ? `${missingTypes(types)} ${describeTrust(code)}` : describeTrust(code), ...indented(code)].join(
      '\n',
    ),
  );
  const { askYesNo } = await import('../plan-review/confirm-plan.js');
  if (await askYesNo('It runs with your permissions. Trust it?')) trustFolder(code);
  else if (types) throw new PflowError('cancelled', 'The workflow was not run.');
}

/** The code of the working directory, unless it is trusted or the command line grants it. */
export function findUntrusted({ trust }: TrustOption): ProjectCode | undefined {
  const code = trust ? undefined : findProjectCode(process.cwd());
  return code && trustStateOf(code) !== 'trusted' ? code : undefined;
}

/** The code that would run, as indented lines. */
export function indented({ lines }: ProjectCode): string[] {
  return lines.map((line) => `  ${line}`);
}

function describeTrust(code: ProjectCode): string {
  return trustStateOf(code) === 'changed'
    ? `The code of ${code.folder} has changed since you trusted it.`
    : `The code of ${code.folder} is not trusted.`;
}

function missingTypes(types: readonly string[]): string {
  const names = types.map((type) => `'${type}'`).join(', ');
  return `The workflow uses ${names}, which pflow itself does not have.`;
}

/** The node types of a workflow that can only be defined by the code of the project. */
async function typesFromProject(
  workflow: unknown,
  code: ProjectCode,
  { nodes = [] }: NodesOption,
): Promise<string[]> {
  const { builtinTypes } = await import('../../nodes/registry.js');
  const taken = builtinTypes.map(({ type }) => type);
  const others = typesUsed(workflow).types.filter((type) => !taken.includes(type));
  const ofServer = (names: readonly string[]) => (type: string) =>
    names.some((name) => type.startsWith(`mcp-${name}-`));
  const isProjectTool = ofServer(code.servers);
  if (others.length === 0 || !code.hasNodes) return others.filter(isProjectTool);
  const home = pflowHome();
  const { loadOwnNodes } = await import('../../nodes/custom/load-custom-nodes.js');
  const { readMcpServers } = await import('../../nodes/mcp/mcp-settings.js');
  const { types } = await loadOwnNodes({
    given: nodes,
    usual: [join(home, 'nodes')],
    settings: join(home, 'settings.json'),
    packageHomes: [home],
    without: code.packages,
    taken,
  });
  const { servers } = readMcpServers({ env: process.env, cwd: process.cwd(), project: false });
  const isOwnTool = ofServer(servers.map(({ name }) => name));
  const own = new Set(types.map(({ type }) => type));
  return others.filter((type) => isProjectTool(type) || !(own.has(type) || isOwnTool(type)));
}
