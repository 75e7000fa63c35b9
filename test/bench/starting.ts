import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serializeEvent } from '../../src/trace/write/jsonl.js';
import { medians, type Candidate } from './measure.js';
import { amount, atMost, type Section } from './report.js';
import { outputFolder } from './output-folder.js';
import { runTraced, tracedChain } from './traced-run.js';

/** Complete processes, from start to exit, as the user at a prompt waits for them. */
export async function measureStarting(rounds: number): Promise<Section> {
  const home = resolve(outputFolder, 'home');
  mkdirSync(join(home, 'debug'), { recursive: true });
  const { log } = await runTraced(tracedChain(1), 1, 3);
  const content = log.all.map((event) => `${serializeEvent(event)}\n`).join('');
  for (let index = 0; index < 10_000; index++) {
    const id = index.toString(16).padStart(8, '0');
    const day = String(1 + (index % 28)).padStart(2, '0');
    const time = String(index % 60).padStart(2, '0');
    writeFileSync(join(home, 'debug', `trace-run-202601${day}-1000${time}-${id}.jsonl`), content);
  }
  const workflow = join(outputFolder, 'hello.json');
  const nodes = [{ id: 'hello', type: 'echo', params: { message: 'hello' } }];
  writeFileSync(workflow, JSON.stringify({ ir_version: '0.1.0', nodes, edges: [] }));
  const empty = resolve(outputFolder, 'empty-home');
  const pflow = join('dist', 'main.js');
  const candidates: Candidate[] = [
    { name: 'node', run: () => wholeProcess(['-e', '0'], empty) },
    { name: 'help', run: () => wholeProcess([pflow, '--help'], empty) },
    { name: 'list', run: () => wholeProcess([pflow, 'trace', 'list'], empty) },
    { name: 'list of 10,000', run: () => wholeProcess([pflow, 'trace', 'list'], home) },
    { name: 'run', run: () => wholeProcess([pflow, '-p', '--model', 'offline', workflow], empty) },
  ];
  candidates.push(
    { name: 'node program', run: () => untilProgram([], empty) },
    {
      name: 'observed program',
      run: () => untilProgram([pflow, 'profile', '-p', '--no-trace', '--', process.execPath], empty),
    },
  );
  const figures = await medians(candidates, { rounds, warmup: 1 });
  const of = (name: string) => figures.get(name)!;
  return {
    title: 'Starting',
    note: `Whole processes; \`node -e 0\` takes ${amount(of('node'), 'ms')} of each.`,
    rows: [
      atMost('pflow --help', of('help'), 150, 'ms'),
      atMost('pflow trace list, no traces', of('list'), 150, 'ms'),
      atMost('pflow trace list, 10,000 traces', of('list of 10,000'), 300, 'ms'),
      atMost(
        'pflow profile, until the program runs, over node itself',
        of('observed program') - of('node program'),
        50,
        'ms',
      ),
      { what: 'pflow with a workflow of one node', measured: amount(of('run'), 'ms') },
    ],
  };
}

/** From the start of the process until the first statement of a Node program, which is started by the arguments. */
function untilProgram(args: readonly string[], home: string): number {
  const began = Date.now();
  const { stdout } = spawnSync(process.execPath, [...args, '-p', 'Date.now()'], {
    env: { ...process.env, PFLOW_HOME: home, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return Number(stdout) - began;
}

function wholeProcess(args: readonly string[], home: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, PFLOW_HOME: home, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - began;
}
