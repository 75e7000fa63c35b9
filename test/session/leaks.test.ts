import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunMaker } from '../support/leaks.js';

test('a finished run leaves no listener, timer or handle behind', async () => {
  const traceDir = mkdtempSync(join(tmpdir(), 'pflow-leaks-'));
  onTestFinished(() => rmSync(traceDir, { recursive: true, force: true }));
  const runs = new RunMaker(traceDir);
  await runs.make(3);
  const before = runs.held();
  expect(await runs.make(200)).toEqual(
    new Map([
      ['ok', 134],
      ['failed', 66],
    ]),
  );
  expect(runs.held()).toEqual(before);
});
