import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { held, moreThan } from '../support/leaks.js';
import { heapByQuarter } from './heap.js';
import { kinds, openPlace } from './kinds.js';

/** Each run holds 64 kB, so this is reached when one run in ten or twenty is retained. */
const MAX_GROWTH_MB = 1;

test.each(kinds)('%s leave nothing behind (%i)', async (_kind, count, ends, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const place = await openPlace(folder);
  vi.stubEnv('OPENAI_BASE_URL', `${place.url}/v1`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ended = new Set<string>();
  const round = async (): Promise<void> => {
    for (let i = 0; i < count / 20; i++) ended.add(await make(place, i));
    place.received.length = 0;
  };
  for (let warmUp = 0; warmUp < 2; warmUp++) await round();
  const before = held();
  const quarters = await heapByQuarter(20, round);
  expect([...ended]).toEqual([ends]);
  expect(quarters[3]! - quarters[0]!).toBeLessThan(MAX_GROWTH_MB);
  await expect.poll(() => moreThan(before, held()), { timeout: 10_000 }).toEqual([]);
});
