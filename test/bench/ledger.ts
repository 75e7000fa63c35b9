import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines } from '../../src/ledger/files/ledger-files.js';
import type { CallLine } from '../../src/ledger/files/ledger-line.js';
import { aggregateCalls } from '../../src/ledger/stats/aggregate-calls.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { medians } from './measure.js';
import { amount, atMost, type Section } from './report.js';
import { outputFolder } from './output-folder.js';

const MODELS = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-1'];
const MONTHS = 12;

/** Sums over a year of calls, by day, model and workflow with p50 and p95: read from the lines, and from the cache. */
export async function measureLedger(rounds: number, calls = 200_000): Promise<Section> {
  const folder = join(outputFolder, 'ledger');
  mkdirSync(folder, { recursive: true });
  for (let month = 0; month < MONTHS; month++) appendLines(folder, callsOf(month, calls / MONTHS));
  const { prices } = loadPrices();
  const sum = (from: Date): number => {
    const began = performance.now();
    aggregateCalls(folder, [['day'], ['model'], ['workflow']], { prices, from });
    return performance.now() - began;
  };
  const [year, month] = [new Date('2026-01-01'), new Date('2026-12-01')];
  const figures = await medians(
    [
      {
        name: 'lines',
        run() {
          rmSync(join(folder, 'cache'), { recursive: true, force: true });
          return sum(year);
        },
      },
      { name: 'year', run: () => sum(year) },
      { name: 'month', run: () => sum(month) },
    ],
    { rounds: Math.min(rounds, 5), warmup: 1 },
  );
  const of = (name: string) => figures.get(name)!;
  return {
    title: 'The ledger',
    note: `${calls.toLocaleString('en')} calls of a year by day, model and workflow, with p50 and p95.`,
    rows: [
      { what: 'the first time: lines are read, and caches written', measured: amount(of('lines'), 'ms') },
      atMost('a year', of('year'), 2000, 'ms'),
      atMost('a month', of('month'), 200, 'ms'),
    ],
  };
}

function callsOf(month: number, count: number): CallLine[] {
  return Array.from({ length: count }, (_, i): CallLine => {
    const model = MODELS[i % MODELS.length]!;
    const run = `${month}-${i >> 3}`;
    const at = new Date(Date.UTC(2026, month, 1) + (i / count) * 28 * 86_400_000).toISOString();
    const usages = [{ model, usage: { input: 1000 + i, cacheRead: 500, output: 100 + (i % 900) } }];
    const names = { workflow: `workflow-${i % 40}`, node: `node-${i % 23}`, provider: 'anthropic', model };
    const outcome = { usages, usd: 0.01, ms: 1000 + (i % 7000), status: 'ok', source: 'run' } as const;
    return { v: 1, id: `${run}/${i}`, run, span: i, at, tz: 'Europe/Berlin', ...names, ...outcome };
  });
}
