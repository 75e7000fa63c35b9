import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { expect, onTestFinished } from 'vitest';
import { readTrusted } from '../../src/cli/trust/trust-store.js';
import { toBlobPath } from '../../src/trace/blobs/blob-writer.js';
import { listTraces } from '../../src/trace/files/find-trace.js';
import { readTrace } from '../../src/trace/read/read-trace.js';
import { listVersions, readVersion } from '../../src/workflow/library/versions.js';
import { getWorkflow } from '../../src/workflow/library/library.js';
import { Random } from '../fuzz/random.js';
import { workflowOf } from './saved-by-writer.js';

/** Kills the process of kill-writer.ts at random moments, and expects whole files after each; returns how many processes were killed. */
export async function killAtRandomMoments(kills: number, seed: number): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'pflow-kills-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const debug = join(home, 'debug');
  mkdirSync(debug);
  const program = bundle(home);
  const random = new Random(seed);
  let killed = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [program, debug], {
      env: { ...process.env, PFLOW_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    // Not a wait for a condition: the moment of the kill is what varies.
    await setTimeout(random.below(100));
    child.kill('SIGKILL');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    await expectWhole(home, debug);
    killed++;
  }
  return killed;
}

async function expectWhole(home: string, debug: string): Promise<void> {
  const env = { PFLOW_HOME: home };
  const options = { folder: join(home, 'workflows') };
  expectRound(getWorkflow('killed', options));
  for (const { version } of listVersions('killed', options).filter((each) => each.version > 0))
    expectRound(readVersion('killed', version, options));
  expect(Object.keys(readTrusted(env)).length).toBeGreaterThan(0);
  const { screen } = JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')) as {
    screen: { context: string };
  };
  expect(['below', 'right']).toContain(screen.context);
  // A process that is killed before its first line leaves an empty file, which nothing identifies as a trace.
  const traces = listTraces(debug).filter(({ path }) => statSync(path).size > 0);
  // At most those that are kept, one that was being pruned and one that was being written.
  expect(traces.length).toBeGreaterThanOrEqual(1);
  expect(traces.length).toBeLessThanOrEqual(7);
  for (const { path } of traces) {
    for await (const event of readTrace(path)) expect(event.type).toBeTypeOf('string');
  }
  const known = new Set(traces.flatMap(({ path }) => [path, toBlobPath(path)]));
  const orphans = readdirSync(debug).filter(
    (file) => !known.has(join(debug, file)) && statSync(join(debug, file)).size > 0,
  );
  expect(orphans.filter((file) => !file.endsWith('.live'))).toEqual([]);
}

/** Expects a saved workflow that is entirely of one round. */
function expectRound({
  description,
  workflow,
}: {
  description?: string | undefined;
  workflow: object;
}): void {
  const round = Number(/^round (\d+)$/.exec(description ?? '')?.[1]);
  expect((workflow as { nodes: unknown }).nodes).toEqual(workflowOf(round).workflow.nodes);
}

function bundle(folder: string): string {
  const outfile = join(folder, 'kill-writer.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'kill-writer.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    define: { 'import.meta.dirname': JSON.stringify(join(import.meta.dirname, '../support')) },
  });
  return outfile;
}
