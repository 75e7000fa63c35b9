/** The fuzz target for the ledger: a month with damaged lines is read, listed and aggregated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggregateCalls } from '../../src/ledger/stats/aggregate-calls.js';
import { foldLedger } from '../../src/ledger/enter/fold-ledger.js';
import { readCalls } from '../../src/ledger/files/read-calls.js';
import { iterateRuns } from '../../src/ledger/files/read-runs.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace } from '../support/trace-builder.js';
import { mutateBytes, mutateJson, mutateText, type Random } from './random.js';

const startedAt = '2026-01-15T10:00:00.000Z';
const lines = foldLedger(
  reduceEvents(
    buildTrace(
      (t) =>
        t.stage('workflow', () =>
          t.node('ask', {}, () => {
            t.llm({ input: 100, output: 5 });
            t.llm({ input: 7, output: 1, model: 'gpt-4.1', provider: 'openai' });
          }),
        ),
      { startedAt },
    ),
    { prices: testPrices },
  ),
  undefined,
);

/** Reads a damaged ledger in every way; nothing of it may throw. */
export function readDamagedLedger(random: Random, folder: string): string[] {
  const ledger = join(folder, 'ledger');
  mkdirSync(ledger);
  const text = [...lines, ...lines]
    .map((line) => JSON.stringify(random.chance(2) ? mutateJson(line, random) : line) ?? '')
    .join('\n');
  const bytes = Buffer.from(`${random.chance(3) ? mutateText(text, random) : text}\n`);
  writeFileSync(join(ledger, '2026-01.jsonl'), random.chance(8) ? mutateBytes(bytes, random) : bytes);
  const problems: string[] = [];
  for (const { run, read } of iterateRuns(ledger)) {
    if (typeof run !== 'string' || run === '') problems.push('a run without id');
    read();
  }
  readCalls(ledger);
  const groupings = [['day'], ['model'], ['workflow', 'node']] as const;
  const groups = aggregateCalls(ledger, groupings, { prices: testPrices, timeZone: 'Europe/Oslo' });
  JSON.stringify(groups);
  return problems;
}
