/** Examines for `pflow doctor` prices, settings, MCP servers, and whether the code of this folder is trusted. */
import { checkPrices } from '../../../pricing/table/load-prices.js';
import { readMcpServers } from '../../../nodes/mcp/mcp-settings.js';
import { loadSettings } from '../../args/user-settings.js';
import { loadBudgets } from '../../../session/budgets/budget-settings.js';
import { findProjectCode } from '../../trust/project-code.js';
import { trustStateOf } from '../../trust/trust-store.js';

export type PriceReport = Readonly<{
  source: string;
  date: string;
  age_days: number;
  /** How many models the user's own pricing.json prices. */
  own_models: number;
  warnings: readonly string[];
}>;

/** The price data in use, with its age. */
export function examinePrices(now: number = Date.now()): PriceReport {
  const { models, warnings, data } = checkPrices();
  return {
    source: data.source,
    date: data.date,
    age_days: Math.max(0, Math.floor((now - Date.parse(data.date)) / 86_400_000)),
    own_models: models.length,
    warnings,
  };
}

export type TrustReport = Readonly<{
  state: 'no code' | 'trusted' | 'changed' | 'not trusted';
  code: readonly string[];
}>;

/** The code of this folder that pflow would run, and whether it is trusted. */
export function examineTrust(): TrustReport {
  const code = findProjectCode(process.cwd());
  if (!code) return { state: 'no code', code: [] };
  const state = trustStateOf(code);
  return { state: state === 'unknown' ? 'not trusted' : state, code: code.lines };
}

export type McpReport = Readonly<{
  servers: readonly Readonly<{ name: string; kind: 'stdio' | 'http' }>[];
  warnings: readonly string[];
}>;

/** MCP servers by name; none is started. Those of the folder only if it is trusted. */
export function examineMcp(env: NodeJS.ProcessEnv, { state }: TrustReport): McpReport {
  const { servers, warnings } = readMcpServers({ env, cwd: process.cwd(), project: state === 'trusted' });
  return {
    servers: servers.map(({ name, command }) => ({ name, kind: command === undefined ? 'http' : 'stdio' })),
    warnings,
  };
}

/** What is wrong with the settings file. */
export function examineSettings(env: NodeJS.ProcessEnv): readonly string[] {
  return [...loadSettings(env).warnings, ...loadBudgets(env).warnings];
}
