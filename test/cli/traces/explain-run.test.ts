/** The explanation of a failed run on the command line. */
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { explainRun } from '../../../src/cli/traces/explain-run.js';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { isRunLine } from '../../../src/ledger/files/ledger-line.js';
import { ledgerFolder, monthPath } from '../../../src/ledger/files/ledger-files.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const home = process.env['PFLOW_HOME'];
afterEach(() => {
  if (home === undefined) delete process.env['PFLOW_HOME'];
  else process.env['PFLOW_HOME'] = home;
});

const id = (n: number) => `0a1b2c3d-0000-4000-8000-00000000000${n}`;
const runOf = (n: number, path: string, fails?: string): TraceEvent[] => {
  const end = fails === undefined ? {} : { fails };
  return buildTrace(
    (t) => {
      t.stage('workflow', () => void t.node('read', end, () => void t.wait(5)), end);
      t.finish(fails === undefined ? 'ok' : 'failed');
    },
    {
      run: id(n),
      startedAt: `2026-01-15T10:0${n}:00.000Z`,
      params: { path },
      workflow: { name: 'w', hash: 'h' },
    },
  );
};

/** Enters runs into a new ledger, each with its trace. */
function enter(...runs: TraceEvent[][]): void {
  process.env['PFLOW_HOME'] = mkdtempSync(join(tmpdir(), 'pflow-'));
  mkdirSync(ledgerFolder(), { recursive: true });
  const lines = runs.map((events, i) => {
    const trace = join(process.env['PFLOW_HOME']!, `trace-${i}.jsonl`);
    writeFileSync(trace, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const line = foldLedger(reduceEvents(events, { prices: testPrices }), trace).find(isRunLine);
    return `${JSON.stringify(line)}\n`;
  });
  writeFileSync(monthPath(ledgerFolder(), '2026-01'), lines.join(''));
}

test('a failed run is compared with the last run of its workflow that succeeded', async () => {
  const failed = runOf(4, 'd.md', 'No such file');
  enter(runOf(1, 'a.md'), runOf(2, 'b.md'), runOf(3, 'c.md', 'No such file'), failed, runOf(5, 'e.md'));
  const { lines, json } = await explainRun(reduceEvents(failed, { prices: testPrices }));
  expect(lines).toEqual([
    'why read failed, compared with run 0a1b2c3d',
    '  changed     input path: "b.md" → "d.md"',
  ]);
  expect(json).toMatchObject({ failure: { node: 'read', compared_with: id(2), message: 'No such file' } });
});

test('a run that succeeded is not explained', async () => {
  enter();
  expect(await explainRun(reduceEvents(runOf(1, 'a.md'), { prices: testPrices }))).toEqual({
    lines: [],
    json: {},
  });
});
