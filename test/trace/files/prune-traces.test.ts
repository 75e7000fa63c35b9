import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { formatTraceFileName } from '../../../src/trace/files/trace-file-name.js';
import { toLivePath } from '../../../src/trace/live/live-file.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { KEEP_TRACE_BYTES, KEEP_TRACES, pruneTraces } from '../../../src/trace/files/prune-traces.js';
import { buildTrace } from '../../support/trace-builder.js';

const root = mkdtempSync(join(tmpdir(), 'pflow-prune-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const everything = { keep: 0, maxBytes: 0 };
/** The first line of a trace, without any further event. */
const HEAD = '{"format":"pflow-trace"}\n';
const unlimited = Number.POSITIVE_INFINITY;

test('the oldest traces are deleted until the number is within the limit', () => {
  for (const second of [3, 1, 4, 2, 0]) write(second, HEAD.padEnd(100 + second, 'x'));
  const { removed, freedBytes } = pruneTraces(folder, { keep: 2, maxBytes: unlimited });
  expect(removed.map(({ path }) => basename(path))).toEqual([0, 1, 2].map(nameOf));
  expect(removed[0]).toEqual({
    name: 'run',
    time: '20260115-100000',
    run: '00000000',
    path: join(folder, nameOf(0)),
  });
  expect(freedBytes).toBe(100 + 101 + 102);
  expect(readdirSync(folder)).toEqual([3, 4].map(nameOf));
});

test('deleting a trace also deletes the live file that a killed process left', () => {
  write(0, HEAD);
  writeFileSync(toLivePath(join(folder, nameOf(0))), '{"3":"half an answer"}');
  expect(pruneTraces(folder, everything).removed).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('the oldest traces are deleted until the total size is within the limit', () => {
  for (const second of [0, 1, 2, 3]) write(second, HEAD.padEnd(100, 'x'));
  expect(pruneTraces(folder, { keep: 10, maxBytes: 250 }).freedBytes).toBe(200);
  expect(readdirSync(folder)).toEqual([2, 3].map(nameOf));
  expect(pruneTraces(folder, { keep: 10, maxBytes: 200 }).removed).toEqual([]);
});

test('the remaining traces are within both limits and newer than all deleted ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: HEAD.length, max: 80 }), { maxLength: 12 }),
      fc.nat(12),
      fc.nat(600),
      (sizes, keep, maxBytes) => {
        folder = mkdtempSync(join(root, 'any-'));
        for (const [second, size] of sizes.entries()) write(second, HEAD.padEnd(size, 'x'));
        const { removed, freedBytes } = pruneTraces(folder, { keep, maxBytes });
        const left = sizes.slice(removed.length);
        const total = (of: readonly number[]) => of.reduce((sum, size) => sum + size, 0);
        expect(readdirSync(folder)).toEqual(sizes.map((_, second) => nameOf(second)).slice(removed.length));
        expect(freedBytes).toBe(total(sizes) - total(left));
        expect(left.length <= keep && total(left) <= maxBytes).toBe(true);
        const oneMore = sizes.slice(removed.length - 1);
        expect(removed.length === 0 || oneMore.length > keep || total(oneMore) > maxBytes).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('a file that is not a trace is kept, whatever its name', () => {
  const others = [
    'notes.txt',
    'pricing.json',
    'trace-run.jsonl',
    'trace-run-20260115-100000-00000000.jsonl.bak',
  ];
  for (const name of others) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, nameOf(1)));
  symlinkSync(join(folder, 'notes.txt'), join(folder, nameOf(2)));
  write(3, HEAD);
  write(4, 'notes of my own');
  writeFileSync(join(folder, nameOf(3).replace('.jsonl', '.values.jsonl')), 'values of my own');
  expect(pruneTraces(folder, everything).removed.map(({ path }) => basename(path))).toEqual([nameOf(3)]);
  expect(readdirSync(folder)).toEqual(
    [...others, nameOf(1), nameOf(2), nameOf(3).replace('.jsonl', '.values.jsonl'), nameOf(4)].toSorted(),
  );
});

test('a trace marked as in use is kept, and others are deleted instead', () => {
  for (const second of [0, 1, 2]) write(second, HEAD);
  const inUse = [relative(process.cwd(), join(folder, nameOf(0)))];
  pruneTraces(folder, { keep: 1, maxBytes: unlimited, inUse });
  expect(readdirSync(folder)).toEqual([nameOf(0)]);
});

test('a trace is kept while its writer is alive and has not finished the run', async () => {
  const writer = spawn('sleep', ['600']);
  const ended = new Promise((resolve) => writer.on('close', resolve));
  const lines = linesOf(writer.pid!);
  const unfinished = lines.slice(0, -1).join('');
  write(0, unfinished);
  write(1, lines[0]!);
  write(2, `${unfinished}{"seq":9,"at":0,"type":"run.fini`);
  write(3, lines.join(''));
  expect(removedBy(everything)).toEqual([nameOf(3)]);
  writer.kill('SIGKILL');
  await ended;
  expect(removedBy(everything)).toEqual([0, 1, 2].map(nameOf));
});

test('a trace that another machine or container may be writing is kept until it has not changed for days', async () => {
  const gone = spawn('true');
  await new Promise((resolve) => gone.on('close', resolve));
  const lines = linesOf(gone.pid!);
  write(0, foreign(lines.slice(0, -1)));
  write(1, foreign(lines));
  write(2, lines.slice(0, -1).join(''));
  expect(removedBy(everything)).toEqual([1, 2].map(nameOf));
  const longAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
  utimesSync(join(folder, nameOf(0)), longAgo, longAgo);
  expect(removedBy(everything)).toEqual([nameOf(0)]);
});

test('the end of a run is found before a last line of any length, and not inside one', () => {
  const long = 'ü"type":"run.finished"'.repeat(50_000);
  const [first, ...rest] = linesOf(process.pid, { result: long });
  write(0, [first, ...rest].join(''));
  write(1, [first, rest.at(-2), JSON.stringify({ seq: 7, type: 'log.written', text: long }), '\n'].join(''));
  expect(removedBy(everything)).toEqual([nameOf(0)]);
});

test.each([
  ['nothing', ''],
  ['no whole line', '{"seq":0,"at":0,"type":"run.started","pid":1'],
  ['no JSON', 'pid 1\n'],
  ['no event', 'null\n5\n'],
  ['another format', '{"seq":0,"type":"run.started","format":"otlp"}\n'],
])("a file with a trace's name that contains %s is kept", (_, content) => {
  write(0, content);
  expect(removedBy(everything)).toEqual([]);
  expect(readdirSync(folder)).toEqual([nameOf(0)]);
});

test.each([
  ['no process', { pid: 0 }],
  ['a group of processes', { pid: -1 }],
])('a trace whose writer is %s is not in use', (_, writer) => {
  write(0, `${JSON.stringify({ type: 'run.started', format: 'pflow-trace', ...writer })}\n`);
  expect(removedBy(everything)).toEqual([nameOf(0)]);
});

test('a folder that does not exist has nothing to prune', () => {
  expect(pruneTraces(join(folder, 'none'), everything)).toEqual({ removed: [], freedBytes: 0 });
});

test('two processes that prune concurrently leave the same traces and count each deleted one once', async () => {
  for (let i = 0; i < 500; i++)
    writeFileSync(join(folder, formatTraceFileName('run', new Date(2026, 0, 1, 0, 0, i), 'abcdef01')), HEAD);
  const newest = readdirSync(folder).slice(-10);
  const program = join(root, 'prune.mjs');
  buildSync({
    stdin: {
      contents: `import { pruneTraces } from './src/trace/files/prune-traces.js';
        const { removed } = pruneTraces(process.argv[2], { keep: 10, maxBytes: 1e9 });
        process.stdout.write(String(removed.length));`,
      resolveDir: join(import.meta.dirname, '..', '..', '..'),
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const prune = async () => Number((await promisify(execFile)(process.execPath, [program, folder])).stdout);
  const [one, other] = await Promise.all([prune(), prune()]);
  expect(one + other).toBe(490);
  expect(readdirSync(folder)).toEqual(newest);
});

test('the default limits are a thousand traces and two gigabytes', () => {
  expect([KEEP_TRACES, KEEP_TRACE_BYTES]).toEqual([1000, 2_000_000_000]);
});

function write(second: number, content: string): void {
  writeFileSync(join(folder, nameOf(second)), content);
}

function nameOf(second: number): string {
  const digits = String(second).padStart(2, '0');
  return `trace-run-20260115-1000${digits}-000000${digits}.jsonl`;
}

function removedBy(limits: { keep: number; maxBytes: number }): string[] {
  return pruneTraces(folder, limits).removed.map(({ path }) => basename(path));
}

/** The lines as written by a process on another machine. */
function foreign([first, ...rest]: readonly string[]): string {
  return [first!.replace('"pid":', '"pidSpace":"elsewhere","pid":'), ...rest].join('');
}

/** A finished run of a process, line by line. */
function linesOf(pid: number, outputs = {}): string[] {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => void t.set({ '/a': 1 }));
      t.finish('ok', { outputs });
    },
    { pid },
  );
  return events.map((event) => `${serializeEvent(event)}\n`);
}
