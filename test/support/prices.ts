import type { ModelPrice, PriceTable } from '../../src/pricing/table/price-table.js';

/** A price table of exactly these models (`provider/model`), so that a test's sums can be computed by hand. */
export function tableOf(models: Readonly<Record<string, ModelPrice>>): PriceTable {
  const ids = Object.keys(models);
  return {
    models: new Map(Object.entries(models)),
    names: new Map(ids.map((id) => [id.toLowerCase(), id])),
    sellers: new Map(),
    amendments: new Map(),
    overrides: [],
    hosts: new Map(),
    source: 'test',
    date: '2026-01-01',
    defaultPath: 'pricing.default.json',
    overridePath: 'pricing.json',
  };
}

/** Prices of the models in the fixture traces, in USD per million tokens. */
export const testPrices: PriceTable = tableOf({
  'anthropic/claude-sonnet-4-5': { input: 3, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6, output: 15 },
  'openai/gpt-4.1': { input: 2, cacheRead: 0.5, output: 8 },
  'openai/gpt-4.1-mini': { input: 0.4, cacheRead: 0.1, output: 1.6 },
});
