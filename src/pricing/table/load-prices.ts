/** Loads the shipped price table and the user's pricing.json on top of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { packageFile } from '../../lib/package-file.js';
import { readShippedFile } from '../../lib/shipped-files.js';
import { parseOverride } from './parse-override.js';
import type { ModelPrice, PriceOverride, PriceTable } from './price-table.js';

/**
 * The prices that ship, with the user's own from `pricing.json` in PFLOW_HOME (~/.pflow) on top. A file of the user's that
 * is broken, in whole or in part, gives warnings with line and reason; the defaults hold for what it could not say.
 */
export function loadPrices(options: { overridePath?: string } = {}): {
  prices: PriceTable;
  warnings: string[];
} {
  const overridePath = options.overridePath ?? userPricesPath();
  const { overrides, warnings } = readOverride(overridePath);
  return { prices: { ...shippedPrices(), overrides, overridePath }, warnings };
}

/** The prices of this process, read once: what `costOf` uses when it is handed none. */
export function defaultPrices(): PriceTable {
  const path = userPricesPath();
  if (loaded?.overridePath !== path) loaded = loadPrices({ overridePath: path }).prices;
  return loaded;
}

/** What `pflow pricing check` reports: whether there is an override, how many models it prices, and what is wrong with it. */
export function checkPrices(options: { overridePath?: string } = {}): {
  path: string;
  exists: boolean;
  models: string[];
  warnings: string[];
} {
  const path = options.overridePath ?? userPricesPath();
  const { overrides, warnings, exists } = readOverride(path);
  return { path, exists, models: overrides.map(({ name }) => name), warnings };
}

let loaded: PriceTable | undefined;
let shipped: Omit<PriceTable, 'overrides' | 'overridePath'> | undefined;

function userPricesPath(): string {
  return join(pflowHome(), 'pricing.json');
}

function readOverride(path: string): { overrides: PriceOverride[]; warnings: string[]; exists: boolean } {
  try {
    return { ...parseOverride(readFileSync(path, 'utf8').replace(/^\ufeff/, ''), path), exists: true };
  } catch (error) {
    const exists = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    const warnings = exists
      ? [`${path} cannot be read: ${messageOf(error)}. The default prices are used.`]
      : [];
    return { overrides: [], warnings, exists };
  }
}

// Our own generated file: it is trusted, not validated, because every run waits for it.
function shippedPrices(): Omit<PriceTable, 'overrides' | 'overridePath'> {
  if (shipped) return shipped;
  const defaultPath = packageFile('pricing.default.json');
  const file = JSON.parse(readShippedFile('pricing.default.json')) as {
    source: string;
    date: string;
    models: Record<string, ModelPrice>;
  };
  const models = new Map(Object.entries(file.models));
  const names = new Map<string, string>();
  for (const [key, { aliases = [] }] of models) {
    const provider = key.slice(0, key.indexOf('/'));
    for (const alias of aliases) {
      const name = `${provider}/${alias}`;
      if (!names.has(name)) names.set(name, key);
    }
  }
  // An id is stronger than another model's alias.
  for (const key of models.keys()) names.set(key.toLowerCase(), key);
  shipped = { models, names, source: file.source, date: file.date, defaultPath };
  return shipped;
}
