/** Examines for `pflow doctor` the machine: Node, terminal, proxy, folders. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ledgerFolder } from '../../../ledger/files/ledger-files.js';
import { pflowHome } from '../../../lib/home.js';
import { listTraces } from '../../../trace/files/find-trace.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { colourDepth } from '../../../view/base/theme.js';
import { libraryFolder, namesIn } from '../../../workflow/library/library-files.js';
import { isFullTerminal } from '../../io/console.js';

/** The oldest Node that pflow runs on: `engines` of the package. */
const OLDEST_NODE = [20, 6] as const;

export type NodeReport = Readonly<{ version: string; platform: string; is_supported: boolean }>;

/** The version of Node, and whether it is new enough. */
export function examineNode({ version = process.version }: Readonly<{ version?: string }> = {}): NodeReport {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isSupported = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return { version, platform: `${process.platform} ${process.arch}`, is_supported: isSupported };
}

export type TerminalReport = Readonly<{
  /** Whether the full-screen profiler can be opened. */
  has_screen: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  size: string | null;
  term: string | null;
  colours: string;
}>;

/** Which streams are terminals, and what they can show. */
export function examineTerminal(env: NodeJS.ProcessEnv): TerminalReport {
  const { stdin, stdout, stderr } = process;
  const sized = [stdout, stderr].find((stream) => stream.isTTY);
  return {
    has_screen: isFullTerminal(),
    stdin: Boolean(stdin.isTTY),
    stdout: Boolean(stdout.isTTY),
    stderr: Boolean(stderr.isTTY),
    size: sized ? `${sized.columns}x${sized.rows}` : null,
    term: env['TERM'] ?? null,
    colours: colourDepth(env),
  };
}

/** Addresses of proxies without user and password, and certificates; null where a variable is not set. */
export type ProxyReport = Readonly<Record<'http' | 'https' | 'none' | 'certificates', string | null>>;

/** What the environment says about proxies and certificates. */
export function examineProxy(env: NodeJS.ProcessEnv): ProxyReport {
  const valueOf = (name: string) => env[name.toLowerCase()] || env[name] || null;
  return {
    http: withoutLogin(valueOf('HTTP_PROXY')),
    https: withoutLogin(valueOf('HTTPS_PROXY')),
    none: valueOf('NO_PROXY'),
    certificates: env['NODE_EXTRA_CA_CERTS'] ?? null,
  };
}

function withoutLogin(address: string | null): string | null {
  if (address === null) return null;
  if (URL.canParse(address) && new URL(address).host !== '') return new URL(address).origin;
  return address.replace(/^.*@/, '');
}

export type FolderReport = Readonly<{
  name: string;
  path: string;
  exists: boolean;
  is_writable: boolean;
  /** How many traces, workflows, node files … it has. */
  entries: number;
}>;

/** The folders that pflow reads and writes. */
export function examineFolders(env: NodeJS.ProcessEnv): FolderReport[] {
  const home = pflowHome(env);
  const traces = defaultTraceDir(env);
  const saved = libraryFolder({});
  const nodes = join(home, 'nodes');
  const ledger = ledgerFolder(env);
  return [
    folderReport('home', home, () => readdirSync(home).length),
    folderReport('traces', traces, () => listTraces(traces).length),
    folderReport('workflows', saved, () => namesIn(saved).length),
    folderReport('nodes', nodes, () => readdirSync(nodes).length),
    folderReport('ledger', ledger, () => readdirSync(ledger).length),
  ];
}

function folderReport(name: string, path: string, count: () => number): FolderReport {
  const exists = existsSync(path);
  return { name, path, exists, is_writable: isWritable(path), entries: exists ? tryCount(count) : 0 };
}

function tryCount(count: () => number): number {
  try {
    return count();
  } catch {
    return 0;
  }
}

/** Whether a folder can be written to, or created in the nearest one above it that exists. */
function isWritable(path: string): boolean {
  if (!existsSync(path)) return dirname(path) !== path && isWritable(dirname(path));
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
