import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { enterAbandoned, enterMissing } from '../../../src/ledger/enter/enter-traces.js';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { appendLines, listMonths, monthPath } from '../../../src/ledger/files/ledger-files.js';
import { isRunLine, type CallLine, type LedgerLine } from '../../../src/ledger/files/ledger-line.js';
import { addPending, listPending } from '../../../src/ledger/enter/pending-runs.js';
import { priceCallLine, toCall } from '../../../src/ledger/prices/price-call-line.js';
import { readCalls } from '../../../src/ledger/files/read-calls.js';
import { iterateRuns } from '../../../src/ledger/files/read-runs.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { sumCalls } from '../../../src/profile/run/totals.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { listTraces } from '../../../src/trace/files/find-trace.js';
import { readTrace } from '../../../src/trace/read/read-trace.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, formatTrace } from '../../support/trace-builder.js';

function home(): { folder: string; ledger: string; debug: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, ledger: join(folder, 'ledger'), debug: join(folder, 'debug') };
}

const RUN = '0a1b2c3d-0000-4000-8000-00000000000';

/** A run with one call. */
function runOf(index: number, startedAt = '2026-01-15T10:00:00.000Z', options: object = {}): TraceEvent[] {
  return buildTrace(
    (t) => t.stage('workflow', () => t.node('ask', {}, () => t.llm({ input: 100 + index, output: 5 }))),
    { run: `${RUN}${index}`, startedAt, ...options },
  );
}

function linesOf(events: readonly TraceEvent[], path?: string) {
  return foldLedger(reduceEvents(events, { prices: testPrices }), path);
}

async function foldTraces(debug: string): Promise<CallLine[]> {
  const lines = await Promise.all(
    listTraces(debug).map(async ({ path }) => {
      const events: TraceEvent[] = [];
      // The trace of a process killed before its first event is empty.
      if (statSync(path).size === 0) return [];
      for await (const event of readTrace(path)) events.push(event);
      return linesOf(events, path);
    }),
  );
  return lines.flat().filter((line): line is CallLine => !isRunLine(line));
}

const byPlace = (a: CallLine, b: CallLine) => a.run.localeCompare(b.run) || a.span - b.span;
const sumOf = (calls: readonly CallLine[]) =>
  sumCalls(calls.map((line) => toCall(line, priceCallLine(line, testPrices))));

test('the lines of a run are appended to the file of its month, readable by the owner only', () => {
  const { ledger } = home();
  appendLines(ledger, linesOf(runOf(1)));
  appendLines(ledger, linesOf(runOf(2, '2026-02-01T00:00:00.000Z')));
  expect(listMonths(ledger)).toEqual(['2026-01', '2026-02']);
  const text = readFileSync(monthPath(ledger, '2026-01'), 'utf8');
  expect(text.split('\n').map((line) => line.slice(0, 21))).toEqual([
    '{"v":1,"id":"0a1b2c3d',
    '{"v":1,"kind":"run","',
    '',
  ]);
  expect(statSync(ledger).mode & 0o777).toBe(0o700);
  expect(statSync(monthPath(ledger, '2026-01')).mode & 0o777).toBe(0o600);
});

test('a call after midnight on the last day is entered in the next month and read from it', () => {
  const { ledger } = home();
  const events = buildTrace(
    (t) =>
      t.stage('workflow', () => {
        t.llm({ ms: 2000, input: 1, output: 1 });
        t.llm({ ms: 10, input: 2, output: 1 });
      }),
    { startedAt: '2026-01-31T23:59:59.000Z' },
  );
  appendLines(ledger, linesOf(events));
  const inputs = (calls: readonly CallLine[]) => calls.map(({ usages }) => usages[0]!.usage.input);
  expect(inputs(readCalls(ledger, { from: new Date('2026-02-01T00:00:00Z') }))).toEqual([2]);
  expect(inputs(readCalls(ledger, { to: new Date('2026-02-01T00:00:00Z') }))).toEqual([1]);
  expect([...iterateRuns(ledger)].map(({ at }) => at)).toEqual(['2026-01-31T23:59:59.000Z']);
});

test('a torn line is skipped, and the run entered after it is complete', () => {
  const { ledger } = home();
  appendLines(ledger, linesOf(runOf(1)));
  const path = monthPath(ledger, '2026-01');
  for (const torn of [
    '{"v":1,"kind":"run","run":"x","at":"2026-01',
    '{"v":1,"run":"y","spa',
    'null',
    '[1]',
  ]) {
    appendFileSync(path, torn);
    appendLines(ledger, linesOf(runOf(2)));
  }
  expect(readCalls(ledger).map(({ run }) => run)).toEqual([`${RUN}1`, `${RUN}2`]);
  expect([...iterateRuns(ledger)].map((each) => each.read().run).toSorted()).toEqual([`${RUN}1`, `${RUN}2`]);
  truncateSync(path, statSync(path).size - 20);
  expect(readCalls(ledger)).toHaveLength(2);
});

test('a run entered twice counts once, and the more complete lines take precedence', () => {
  const { ledger } = home();
  const events = runOf(1);
  const cut = events.slice(
    0,
    events.findIndex(({ type }) => type === 'llm.response'),
  );
  appendLines(ledger, linesOf(cut));
  appendLines(ledger, linesOf(events));
  appendLines(ledger, linesOf(events));
  expect(readCalls(ledger).map(({ usages, status }) => [usages.length, status])).toEqual([[1, 'ok']]);
  expect([...iterateRuns(ledger)].map((each) => each.read().status)).toEqual(['ok']);
});

test('runs are listed by start across all months, newest first', () => {
  const { ledger } = home();
  for (const [index, at] of ['2026-01-02', '2025-12-31', '2026-01-01', '2026-02-01'].entries())
    appendLines(ledger, linesOf(runOf(index, `${at}T10:00:00.000Z`)));
  expect([...iterateRuns(ledger)].map(({ run }) => run.at(-1))).toEqual(['3', '0', '2', '1']);
});

test('runs are listed by start whatever their order and size in the files', () => {
  const at = fc.integer({ min: 0, max: 3 * 86_400_000 });
  const run = fc.record({
    at,
    ms: fc.integer({ min: 0, max: 86_400_000 }),
    late: fc.boolean(),
    size: fc.nat(30_000),
  });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
      const { ledger, folder } = home();
      const began = Date.UTC(2026, 0, 30);
      // Lines are appended when a run finishes, or at any time later.
      const appended = runs
        .map((each, index) => ({
          ...each,
          index,
          appendedAt: each.at + each.ms + (each.late ? 86_400_000 : 0),
        }))
        .toSorted((a, b) => a.appendedAt - b.appendedAt);
      for (const { at: start, ms, late, size, index } of appended) {
        const [line] = linesOf(runOf(0, new Date(began + start).toISOString())).slice(-1);
        const own = {
          ...line!,
          run: `run-${index}`,
          ms,
          ...(late ? { late } : {}),
          project: 'x'.repeat(size),
        };
        appendLines(ledger, [own as LedgerLine]);
      }
      const found = [...iterateRuns(ledger)].map((each) => Date.parse(each.at) - began);
      expect(found).toEqual(runs.map((each) => each.at).toSorted((a, b) => b - a));
      rmSync(folder, { recursive: true, force: true });
    }),
    { numRuns: 60 },
  );
});

test('a call with a unique provider id counts once, whichever runs contain it', () => {
  const { ledger } = home();
  const withId = (events: TraceEvent[], response: string): TraceEvent[] =>
    events.map((event) => (event.type === 'llm.response' ? { ...event, ids: { response } } : event));
  appendLines(ledger, linesOf(withId(runOf(1), 'msg_01XFDUDYJgAACzvnptvVoYEL')));
  appendLines(ledger, linesOf(withId(runOf(2), 'msg_01XFDUDYJgAACzvnptvVoYEL')));
  appendLines(ledger, linesOf(withId(runOf(3), 'chatcmpl-571')));
  appendLines(ledger, linesOf(withId(runOf(4), 'chatcmpl-571')));
  expect(readCalls(ledger).map(({ run }) => run.at(-1))).toEqual(['1', '3', '4']);
});

test('a pending run of a live process is running, and one of a dead process is entered from its trace once', async () => {
  const { ledger, folder } = home();
  const trace = join(folder, 'trace.jsonl');
  const pending = join(ledger, 'pending');
  addPending(ledger, { run: `${RUN}1`, at: '2026-01-15T10:00:00.000Z', trace });
  expect(listPending(ledger).running).toMatchObject([{ run: `${RUN}1`, pid: process.pid }]);
  expect(await enterAbandoned(ledger, testPrices)).toBe(0);
  const [name] = readdirSync(pending);
  const mark = JSON.parse(readFileSync(join(pending, name!), 'utf8')) as object;
  // No process has this id: the maximum on Linux is 4,194,304.
  rmSync(join(pending, name!));
  appendFileSync(join(pending, name!), JSON.stringify({ ...mark, pid: 2 ** 30 }));
  appendFileSync(join(pending, 'torn.json'), '{"run":');
  const events = runOf(1).slice(0, -1);
  appendFileSync(trace, `${formatTrace(events)}{"seq":9,"at`);
  expect(await enterAbandoned(ledger, testPrices)).toBe(1);
  expect(await enterAbandoned(ledger, testPrices)).toBe(0);
  expect(readCalls(ledger)).toEqual(linesOf(events, trace).slice(0, -1));
  expect([...iterateRuns(ledger)].map((each) => each.read().status)).toEqual(['killed']);
});

test('a missing ledger is rebuilt identically from the traces, and a complete one is unchanged', async () => {
  const { ledger, debug, folder } = home();
  await runWriter(folder, 5).ended;
  const before = readFileSync(monthPath(ledger, listMonths(ledger)[0]!), 'utf8');
  expect(await enterMissing(ledger, debug, testPrices)).toEqual({ traces: 5, entered: 0 });
  rmSync(ledger, { recursive: true });
  expect(await enterMissing(ledger, debug, testPrices)).toEqual({ traces: 5, entered: 5 });
  const after = readFileSync(monthPath(ledger, listMonths(ledger)[0]!), 'utf8');
  expect(
    after
      .replaceAll(/,"late":true(?=[,}])/g, '')
      .split('\n')
      .toSorted(),
  ).toEqual(before.split('\n').toSorted());
});

test('traces of excluded runs and traces being written are not entered', async () => {
  const { ledger, debug, folder } = home();
  await runWriter(folder, 1).ended;
  const [written] = listTraces(debug);
  rmSync(ledger, { recursive: true });
  const flags = { simulated: false, capture: 'preview', redact: true, ledger: false };
  appendFileSync(
    written!.path.replace(/[0-9a-f]{8}\.jsonl$/, '0a1b2c3d.jsonl'),
    formatTrace(runOf(1, undefined, { flags })),
  );
  appendFileSync(
    written!.path.replace(/[0-9a-f]{8}\.jsonl$/, '0a1b2c3e.jsonl'),
    formatTrace(runOf(2, undefined, { pid: process.pid }).slice(0, -1)),
  );
  appendFileSync(written!.path.replace(/[0-9a-f]{8}\.jsonl$/, '0a1b2c3f.jsonl'), 'no trace\n');
  expect(await enterMissing(ledger, debug, testPrices)).toEqual({ traces: 4, entered: 1 });
});

test('500 runs of two concurrent processes that are killed repeatedly are each in the ledger once', async () => {
  const { folder, ledger, debug } = home();
  const runAll = async (kills: readonly number[]): Promise<void> => {
    let left = 250;
    for (const after of kills) {
      const writer = runWriter(folder, left);
      await writer.entered(after);
      writer.kill();
      await writer.ended;
      left -= writer.count();
    }
    const writer = runWriter(folder, left);
    await writer.ended;
  };
  await Promise.all([runAll([7, 19, 31, 2]), runAll([1, 40, 11, 23])]);
  await enterAbandoned(ledger, testPrices);
  const expected = await foldTraces(debug);
  const found = readCalls(ledger);
  expect(found.toSorted(byPlace)).toEqual(expected.toSorted(byPlace));
  expect(new Set(found.map(({ run }) => run)).size).toBeGreaterThanOrEqual(500);
  expect(Math.abs(sumOf(found).usd - sumOf(expected).usd)).toBeLessThan(1e-12);
  expect(readdirSync(join(ledger, 'pending'))).toEqual([]);
  // The ledger is kept when the traces are deleted.
  rmSync(debug, { recursive: true });
  expect(readCalls(ledger)).toEqual(found);
});

let program: string | undefined;

/** Starts a process that executes and enters runs. */
function runWriter(folder: string, count: number) {
  program ??= bundleWriter();
  const child = spawn(process.execPath, [program, folder, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let runs = 0;
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    runs += text.split('\n').length - 1;
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    ended,
    count: () => runs,
    kill: () => void child.kill('SIGKILL'),
    entered: (wanted: number) =>
      new Promise<void>((resolve, reject) => {
        const look = () => void (runs >= wanted && resolve());
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended after ${runs} runs.`)));
      }),
  };
}

function bundleWriter(): string {
  const outfile = join(mkdtempSync(join(tmpdir(), 'pflow-ledger-writer-')), 'writer.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'ledger-writer.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    // The trace builder finds its fixtures relative to its own folder.
    define: { 'import.meta.dirname': JSON.stringify(join(import.meta.dirname, '../../support')) },
  });
  return outfile;
}
