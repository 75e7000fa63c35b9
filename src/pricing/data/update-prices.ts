/** Replaces the price data of ~/.pflow by newer data from a file or an address. */
import { readFileSync, statSync } from 'node:fs';
import { writeAtomically } from '../../lib/private-files.js';
import { messageOf, PflowError } from '../../lib/error.js';
import { proxiedFetch } from '../../lib/proxy/proxied-fetch.js';
import { loadPrices, newerDataPath } from '../table/load-prices.js';
import type { PriceFile, PriceTable } from '../table/price-table.js';
import { formatPriceFile } from './build-price-file.js';
import { comparePrices, type PriceChange } from './compare-prices.js';
import { parsePriceData } from './parse-price-file.js';

/** What an update did. */
export type PriceUpdate = Readonly<{
  /** The file that was written. */
  path: string;
  source: string;
  /** The day that the data is of, and that of the data before. */
  date: string;
  previousDate: string;
  models: number;
  changes: readonly PriceChange[];
  /** Models that the new data does not have: their prices are kept, for the traces of earlier runs. */
  kept: number;
}>;

/** Where newer data is, and the day that it is of where it does not state one. */
export type UpdateOptions = Readonly<{ from: string; date?: string; overridePath?: string }>;

/**
 * Validates newer data and writes it to ~/.pflow in one step. Nothing is written when it is not valid, or older than the
 * prices that ship. Throws a PflowError `not_found` or `invalid_pricing`.
 */
export async function updatePrices({ from, date, overridePath }: UpdateOptions): Promise<PriceUpdate> {
  const data = /^https?:\/\//.test(from) ? await download(from) : readLocal(from);
  const file = parsePriceData(data.text, { from, date: date ?? data.date });
  const { prices } = loadPrices(overridePath === undefined ? {} : { overridePath });
  if (file.date < prices.date) {
    throw new PflowError(
      'invalid_pricing',
      `${from} is of ${file.date}, older than the prices in use (${prices.date}).`,
      { hint: 'If the data is newer than its date, pass its day with --date.' },
    );
  }
  const current = Object.fromEntries(prices.models);
  const merged = mergeWithCurrent(file, prices);
  const path = newerDataPath(prices.overridePath);
  writePrices(path, formatPriceFile(merged));
  return {
    path,
    source: file.source,
    date: file.date,
    previousDate: prices.date,
    models: Object.keys(merged.models).length,
    changes: comparePrices(current, file.models),
    kept: Object.keys(current).filter((key) => !(key in file.models)).length,
  };
}

const MAX_BYTES = 50_000_000;
const TIMEOUT_MS = 60_000;

async function download(url: string): Promise<{ text: string; date: string }> {
  try {
    const response = await proxiedFetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status} ${response.statusText}`.trim());
    const text = await response.text();
    if (text.length > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES / 1e6} MB`);
    const modified = Date.parse(response.headers.get('last-modified') ?? '');
    return { text, date: toDay(Number.isNaN(modified) ? Date.now() : modified) };
  } catch (error) {
    throw new PflowError('not_found', `Cannot read price data from ${url}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function readLocal(path: string): { text: string; date: string } {
  try {
    return { text: readFileSync(path, 'utf8').replace(/^\ufeff/, ''), date: toDay(statSync(path).mtimeMs) };
  } catch (error) {
    throw new PflowError('not_found', `Cannot read price data from ${path}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function mergeWithCurrent(file: PriceFile, current: PriceTable): PriceFile {
  return {
    ...file,
    amendments: { ...Object.fromEntries(current.amendments), ...file.amendments },
    sellers: { ...Object.fromEntries(current.sellers), ...file.sellers },
    models: { ...Object.fromEntries(current.models), ...file.models },
  };
}

function writePrices(path: string, text: string): void {
  try {
    writeAtomically(path, text);
  } catch (error) {
    throw new PflowError('invalid_pricing', `Cannot write ${path}: ${messageOf(error)}.`, { cause: error });
  }
}
