import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunMaker } from '../support/leaks.js';
import { heapByQuarter } from './heap.js';

const RUNS = 10_000;
const ROUND = 100;

/** The memory that ten thousand runs may retain: about a hundred bytes each. */
const MAX_GROWTH_MB = 1;

test('memory does not grow over ten thousand runs in one process', async () => {
  const traceDir = mkdtempSync(join(tmpdir(), 'pflow-soak-'));
  onTestFinished(() => rmSync(traceDir, { recursive: true, force: true }));
  const runs = new RunMaker(traceDir);
  await runs.make(ROUND);
  const before = runs.held();
  const quarters = await heapByQuarter(RUNS / ROUND, async () => void (await runs.make(ROUND)));
  expect(readdirSync(traceDir)).toHaveLength(RUNS + ROUND);
  expect(quarters[3]! - quarters[0]!).toBeLessThan(MAX_GROWTH_MB);
  expect(runs.held()).toEqual(before);
});
