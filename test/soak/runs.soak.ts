import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunMaker } from '../support/leaks.js';

const RUNS = 10_000;
const ROUND = 100;

/** What ten thousand runs may keep: about a hundred bytes each. */
const MAX_GROWTH_MB = 1;

test('memory does not grow over ten thousand runs in one process', async () => {
  const traceDir = mkdtempSync(join(tmpdir(), 'pflow-soak-'));
  onTestFinished(() => rmSync(traceDir, { recursive: true, force: true }));
  const runs = new RunMaker(traceDir);
  await runs.make(ROUND);
  const before = runs.held();
  const heap: number[] = [];
  for (let i = 0; i < RUNS / ROUND; i++) {
    await runs.make(ROUND);
    heap.push(heapMb());
  }
  const quarter = heap.length / 4;
  const quarters = [0, 1, 2, 3].map((i) => median(heap.slice(i * quarter, (i + 1) * quarter)));
  process.stdout.write(`Heap by quarter, in MB: ${quarters.map((mb) => mb.toFixed(2)).join(', ')}\n`);
  expect(readdirSync(traceDir)).toHaveLength(RUNS + ROUND);
  expect(quarters[3]! - quarters[0]!).toBeLessThan(MAX_GROWTH_MB);
  expect(runs.held()).toEqual(before);
});

function heapMb(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
