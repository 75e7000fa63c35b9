/** Parses the user's pricing.json, with a warning and a line for each mistake. */
import { nearest } from '../../lib/text/nearest.js';
import { findSeller, hosts, makers, router } from '../sellers/sellers.js';
import { locateJson, type JsonLocations } from '../../lib/data/json-locations.js';
import { isObject, parsePrice, type Json, type Warn } from './parse-price.js';
import type { PriceOverride } from './price-table.js';

/** What a pricing.json states. */
export type UserPrices = Readonly<{
  overrides: readonly PriceOverride[];
  /** From a host or a provider's name, in lower case, to the seller whose prices hold there. */
  hosts: ReadonlyMap<string, string>;
  warnings: readonly string[];
}>;

/**
 * The user's prices from the text of a pricing.json: `{"models": {"<name, provider/name or glob>": {"input": 2.5, …}}}` in USD
 * per million tokens, LiteLLM's entries with their per-token keys as well; and `{"hosts": {"llm.corp": "azure"}}`, whose
 * prices hold at a host. Whatever is wrong becomes a warning with its line, and only that much is left out.
 */
export function parseOverride(text: string, path: string): UserPrices {
  const parsed = parseJson(text, path);
  if ('warning' in parsed) return refuseFile(parsed.warning);
  const problem = findFileProblem(parsed.value);
  if (problem !== undefined) return refuseFile(`${path}: ${problem} Its prices are not used.`);

  const file = parsed.value as Json;
  const { findLine } = locateJson(text);
  const warnings: { line: number; text: string }[] = [];
  const warnAt =
    (base: Path, shown: readonly string[]): Warn =>
    (where, reason) => {
      const line = findLine([...base, ...where]) ?? findLine(base) ?? 1;
      warnings.push({
        line,
        text: `${path}:${line}: ${[...shown, ...where].join(' › ')} ${reason} It is not used.`,
      });
    };
  const overrides = parseModels(file, findLine, warnAt);
  const hostSellers = parseHosts(file['hosts'], warnAt(['hosts'], ['hosts']));
  return {
    overrides,
    hosts: hostSellers,
    warnings: warnings.toSorted((a, b) => a.line - b.line).map((warning) => warning.text),
  };
}

type Path = readonly (string | number)[];

function refuseFile(warning: string): UserPrices {
  return { overrides: [], hosts: new Map(), warnings: [warning] };
}

function parseJson(text: string, path: string): { value: unknown } | { warning: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const { line, column } = locateJson(text).error ?? { line: 1, column: 1 };
    const rest = text.split('\n').at(line - 1) ?? '';
    const found = rest.slice(column - 1, column + 19).trim();
    const reason = found ? `${JSON.stringify(found)} is not expected here` : 'it ends too early';
    return {
      warning: `${path}:${line}:${column}: this is not JSON: ${reason}. The default prices are used.`,
    };
  }
}

function findFileProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'it does not hold an object.';
  if (value['models'] !== undefined && !isObject(value['models'])) return "'models' is not an object.";
  const { currency = 'USD', unit = 'per_million' } = value;
  if (currency !== 'USD') return `prices in ${JSON.stringify(currency)} cannot be added to USD.`;
  if (unit !== 'per_million')
    return `the unit ${JSON.stringify(unit)} is not known; prices are "per_million" tokens.`;
  return undefined;
}

function parseModels(
  file: Json,
  findLine: JsonLocations['findLine'],
  warnAt: (base: Path, shown: readonly string[]) => Warn,
): PriceOverride[] {
  const { models, base } = findModels(file);
  return Object.entries(models).flatMap(([name, entry]) => {
    const path = [...base, name];
    const warn = warnAt(path, [name]);
    if (isObject(entry)) return [{ name, ...parsePrice(entry, warn), line: findLine(path) ?? 1 }];
    warn([], 'is not an object with prices.');
    return [];
  });
}

// LiteLLM's file has its models at the top.
function findModels(file: Json): { models: Json; base: string[] } {
  if (isObject(file['models'])) return { models: file['models'], base: ['models'] };
  const { hosts: _, ...rest } = file;
  return {
    models: Object.fromEntries(Object.entries(rest).filter(([, entry]) => isObject(entry))),
    base: [],
  };
}

function parseHosts(value: unknown, warn: Warn): ReadonlyMap<string, string> {
  const sellers = new Map<string, string>();
  if (value === undefined) return sellers;
  if (!isObject(value)) {
    warn([], 'is not an object of hosts with their sellers.');
    return sellers;
  }
  for (const [host, name] of Object.entries(value)) {
    const seller = typeof name === 'string' ? findSeller(name) : undefined;
    if (seller !== undefined) sellers.set(host.trim().toLowerCase(), seller);
    else warn([host], describeUnknownSeller(name));
  }
  return sellers;
}

function describeUnknownSeller(name: unknown): string {
  const like = typeof name === 'string' ? nearest(name, [...makers, ...hosts, router], 1)[0] : undefined;
  const hint = like === undefined ? '' : ` Did you mean '${like}'?`;
  return `is ${JSON.stringify(name)}, which is no seller in the price table.${hint}`;
}
