import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAccounting } from './accounting.js';
import { measureCollecting } from './collecting.js';
import { measureLedger } from './ledger.js';
import { measureFromOutside } from './outside.js';
import { measureReading } from './reading.js';
import { measureRedacting } from './redacting.js';
import { markdown, missedIn, type Grid, type Section } from './report.js';
import { measureScheduling } from './scheduling.js';
import { screenRows } from './screen.js';
import { measureStarting } from './starting.js';
import { outputFolder } from './output-folder.js';
import { measureTap } from './tap.js';
import { measureTracing } from './tracing.js';

/** A program: measures, prints, and with `--write` keeps the tables in README.md; `--strict` fails on a missed budget. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const suites: Readonly<Record<string, () => Promise<Section | (Section | Grid)[]>>> = {
  outside: () => measureFromOutside(rounds),
  tracing: () => measureTracing(rounds),
  reading: () => measureReading(rounds),
  starting: () => measureStarting(rounds),
  ledger: () => measureLedger(rounds),
  accounting: () => measureAccounting(rounds),
  redacting: () => measureRedacting(rounds),
  tap: () => measureTap(rounds),
  collecting: () => measureCollecting(),
  scheduling: () => measureScheduling(rounds),
  screen: async () => ({ title: 'The screen', rows: await screenRows() }),
};

const sections: (Section | Grid)[] = [];
for (const [name, measure] of Object.entries(suites)) {
  if (values.only !== undefined && values.only !== name) continue;
  const measured = [await measure()].flat();
  process.stdout.write(`${markdown(measured)}\n`);
  sections.push(...measured);
}
rmSync(outputFolder, { recursive: true, force: true });

const missed = missedIn(sections);
process.stdout.write(
  missed.length
    ? `Budgets missed:\n${missed.map((each) => `- ${each}\n`).join('')}`
    : 'Every budget is met.\n',
);
if (values.write) writeReadme(sections);
if (values.strict && missed.length) process.exitCode = 1;

/** The tables follow the line that marks their start. */
function writeReadme(measured: readonly (Section | Grid)[]): void {
  const path = join('test', 'bench', 'README.md');
  const [intro] = readFileSync(path, 'utf8').split('<!-- measured -->');
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    path,
    `${intro}<!-- measured -->\n\nMeasured on ${date}: ${machine}. Medians of ${rounds} rounds.\n\n${markdown(measured)}`,
  );
}
