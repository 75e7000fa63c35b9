/** Loads the price table: the shipped one or newer data of the user's, with their own pricing.json on top. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { packageFile } from '../../lib/package-file.js';
import { readShippedFile } from '../../lib/shipped-files.js';
import { parseOverride, type UserPrices } from './parse-override.js';
import type { PriceFile, PriceTable } from './price-table.js';

/** Where to look, instead of in PFLOW_HOME (~/.pflow). Newer data is expected next to the override. */
export type LoadOptions = Readonly<{ overridePath?: string }>;

/**
 * The newest prices, with the user's own from `pricing.json` on top. A file of the user's that is completely or partially invalid
 * gives warnings with line and reason; the defaults hold in place of what cannot be read.
 */
export function loadPrices(options: LoadOptions = {}): { prices: PriceTable; warnings: string[] } {
  const overridePath = options.overridePath ?? userPricesPath();
  const { overrides, hosts, warnings } = readOverride(overridePath);
  const base = readNewerData(overridePath);
  return {
    prices: { ...base.table, overrides, hosts, overridePath },
    warnings: [...warnings, ...(base.warning === undefined ? [] : [base.warning])],
  };
}

/** The prices of this process, read once: the default of `costOf`. */
export function defaultPrices(): PriceTable {
  const path = userPricesPath();
  if (loaded?.overridePath !== path) loaded = loadPrices({ overridePath: path }).prices;
  return loaded;
}

/** What `pflow pricing check` reports: the data in use, whether there is an override, how many models it prices, and what is wrong. */
export function checkPrices(options: LoadOptions = {}): {
  path: string;
  exists: boolean;
  models: string[];
  hosts: string[];
  warnings: string[];
  data: Pick<PriceTable, 'source' | 'date' | 'defaultPath'>;
} {
  const path = options.overridePath ?? userPricesPath();
  const { exists } = readOverride(path);
  const { prices, warnings } = loadPrices({ overridePath: path });
  const { source, date, defaultPath, hosts, overrides } = prices;
  const models = overrides.map(({ name }) => name);
  return { path, exists, models, hosts: [...hosts.keys()], warnings, data: { source, date, defaultPath } };
}

/** The file of newer data that `pflow pricing update` writes, next to a pricing.json. */
export function newerDataPath(overridePath: string = userPricesPath()): string {
  return join(dirname(overridePath), 'pricing-data.json');
}

type BaseTable = Omit<PriceTable, 'overrides' | 'hosts' | 'overridePath'>;

let loaded: PriceTable | undefined;
let shipped: BaseTable | undefined;

function userPricesPath(): string {
  return join(pflowHome(), 'pricing.json');
}

function readOverride(path: string): UserPrices & { exists: boolean } {
  try {
    return { ...parseOverride(readFileSync(path, 'utf8').replace(/^\ufeff/, ''), path), exists: true };
  } catch (error) {
    const exists = !isMissing(error);
    const warning = `${path} cannot be read: ${messageOf(error)}. The default prices are used.`;
    return { overrides: [], hosts: new Map(), warnings: exists ? [warning] : [], exists };
  }
}

// Both files were validated when they were written, and every run waits for them.
function readNewerData(overridePath: string): { table: BaseTable; warning?: string } {
  const path = newerDataPath(overridePath);
  const defaults = readShippedPrices();
  try {
    const table = buildTable(JSON.parse(readFileSync(path, 'utf8')) as PriceFile, path);
    if (table.date >= defaults.date) return { table };
    return {
      table: defaults,
      warning: `${path} is of ${table.date}, older than the prices that ship (${defaults.date}), which are used.`,
    };
  } catch (error) {
    if (isMissing(error)) return { table: defaults };
    return {
      table: defaults,
      warning: `${path} cannot be used: ${messageOf(error)}. The prices that ship are used; 'pflow pricing update' replaces it.`,
    };
  }
}

function readShippedPrices(): BaseTable {
  const path = packageFile('pricing.default.json');
  return (shipped ??= buildTable(JSON.parse(readShippedFile('pricing.default.json')) as PriceFile, path));
}

/** A price file as a table that is looked up by name. */
export function buildTable(file: PriceFile, path: string): BaseTable {
  const models = new Map(Object.entries(file.models));
  const names = new Map<string, string>();
  for (const [key, { aliases = [] }] of models) {
    const seller = key.slice(0, key.indexOf('/'));
    for (const alias of aliases) {
      const name = `${seller}/${alias}`;
      if (!names.has(name)) names.set(name, key);
    }
  }
  // An id takes precedence over another model's alias.
  for (const key of models.keys()) names.set(key.toLowerCase(), key);
  return {
    models,
    names,
    sellers: new Map(Object.entries(file.sellers)),
    amendments: new Map(Object.entries(file.amendments)),
    source: file.source,
    date: file.date,
    defaultPath: path,
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
