import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { amount, atMost, markdown, times, type Row } from './report.js';
import type { ScreenFigures } from './screen-probe.js';

const folder = join('.bench', 'screen');
const spans = 10_000;

/**
 * The screen at 120×40 over a live run of 10,000 spans that changes ten times a second, compared with an Ink app that mounts every
 * row. Each runs in a separate process, bundled like the product.
 */
export async function screenRows(): Promise<Row[]> {
  bundle(
    ['screen-ours.ts', 'screen-naive.tsx'],
    ['--alias:react-devtools-core=node:events', `--banner:js=${commonJs}`],
  );
  bundle(['screen-first-frame.ts'], ['--packages=external']);
  const ours = await figuresOf('screen-ours.mjs', ['1', String(spans), '10000']);
  const naive = await figuresOf('screen-naive.mjs', [String(spans)]);
  const others: Row[] = [];
  for (const [key, name] of [
    ['2', 'flame'],
    ['3', 'table'],
    ['4', 'calls'],
    ['5', 'graph'],
  ] as const) {
    const figures = await figuresOf('screen-ours.mjs', [key, String(spans), '0']);
    others.push(atMost(`CPU in the ${name} view`, figures.cpu, 10, '%'));
  }
  const small = await figuresOf('screen-ours.mjs', ['1', '100', '0']);
  return [
    atMost('CPU at 10 frames/s', ours.cpu, 10, '%'),
    { what: 'CPU at 10 frames/s, 100 spans', measured: amount(small.cpu, '%') },
    ...others,
    {
      what: 'CPU of a frame',
      measured: amount(ours.cpuMsPerFrame, 'ms'),
      ratio: `${times(naive.cpuMsPerFrame / ours.cpuMsPerFrame)} less than every row mounted`,
    },
    {
      what: 'frames/s that are reached',
      measured: amount(ours.framesPerSecond, 'frames/s'),
      ratio: `${times(ours.framesPerSecond / naive.framesPerSecond)} of every row mounted`,
    },
    atMost(
      'sent for a frame, 3 rows changing',
      ours.bytesPerFrame / 1000,
      2,
      'kB',
      `${times(naive.bytesPerFrame / ours.bytesPerFrame)} less than every row mounted`,
    ),
    atMost('whole clears in a steady state', ours.clears, 0, 'clears', `every row mounted: ${naive.clears}`),
    atMost(
      'key to first byte, median',
      ours.keyMedian,
      25,
      'ms',
      `${times(naive.keyMedian / ours.keyMedian)} faster than every row mounted`,
    ),
    { what: 'key to first byte, worst', measured: amount(ours.keyWorst, 'ms') },
    atMost('heap growth over 10,000 frames', ours.heapGrowth ?? Number.NaN, 5, 'MB'),
    ...(await firstFrameRow()),
  ];
}

/** The built program, measured from its start. */
async function firstFrameRow(): Promise<Row[]> {
  if (!existsSync(join('dist', 'main.js'))) return [];
  const trace = join('test', 'fixtures', 'traces', 'done-with-planner.jsonl');
  const { firstFrame } = await json<{ firstFrame: number }>('screen-first-frame.mjs', [trace]);
  return [atMost('first frame from the start of the process', firstFrame, 350, 'ms')];
}

function figuresOf(program: string, args: readonly string[]): Promise<ScreenFigures> {
  return json<ScreenFigures>(program, args);
}

async function json<Figures>(program: string, args: readonly string[]): Promise<Figures> {
  const { NO_COLOR: _noColour, CI: _ci, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', join(folder, program), ...args],
    { env },
  );
  return JSON.parse(stdout) as Figures;
}

/** Uses the command line of esbuild, because the library cannot be part of a bundle such as the benchmark itself. */
function bundle(entries: readonly string[], options: readonly string[]): void {
  execFileSync(join('node_modules', '.bin', 'esbuild'), [
    ...entries.map((entry) => join('test', 'bench', entry)),
    `--outdir=${folder}`,
    '--out-extension:.js=.mjs',
    '--bundle',
    '--format=esm',
    '--platform=node',
    '--target=node20',
    '--jsx=automatic',
    '--define:process.env.NODE_ENV="production"',
    '--log-level=warning',
    ...options,
  ]);
}

const commonJs =
  "import { createRequire as benchRequire } from 'node:module'; const require = benchRequire(import.meta.url);";

// When run directly it prints its own table.
if (basename(process.argv[1] ?? '') === 'screen.ts') {
  const rows = await screenRows();
  process.stdout.write(`${markdown([{ title: 'Screen', rows }])}\n`);
}
