/** Fuzzes for the given time: `npm run fuzz -- [--seconds 60] [--seed 1] [--target traces]`. A case that hangs is killed and reported. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from './random.js';
import { runCase, targets } from './targets.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
  },
});
const names = values.target === undefined ? Object.keys(targets) : [values.target];

/** A case that has not finished after this time is a hang. Longer than the limit of a slow case, because the machine may be busy. */
const KILL_AFTER_MS = 20_000;
/** The memory that a case may use in addition to the program's own: a case has at most 300 kB. */
const MAX_HEAP_MB = 400;

if (process.send) await work();
else await supervise();

/** Runs cases and reports each before it starts. */
async function work(): Promise<void> {
  for (let seed = Number(values.seed); ; seed++) {
    const target = names[seed % names.length]!;
    process.send!({ seed, target });
    const problems = await runCase(target, new Random(seed));
    for (const problem of new Set(problems)) process.send!({ seed, target, problem });
  }
}

/** Restarts the worker at the next case after one that hung or crashed it. */
async function supervise(): Promise<void> {
  const until = Date.now() + Number(values.seconds) * 1000;
  const found = new Map<string, number>();
  const report = (target: string, seed: number, problem: string): void => {
    const kind = `${target}: ${problem.replaceAll(/\d+/g, 'N').slice(0, 400)}`;
    const times = (found.get(kind) ?? 0) + 1;
    found.set(kind, times);
    if (times === 1) process.stderr.write(`\n${target}, seed ${seed}:\n${problem}\n`);
  };
  let seed = Number(values.seed);
  let cases = 0;
  while (Date.now() < until) {
    const args = [
      '--seed',
      String(seed),
      ...(values.target === undefined ? [] : ['--target', values.target]),
    ];
    const execArgv = [...process.execArgv, `--max-old-space-size=${MAX_HEAP_MB}`];
    const child = fork(fileURLToPath(import.meta.url), args, { execArgv, silent: true });
    let current: { seed: number; target: string; problem?: string } | undefined;
    let last = Date.now();
    let why = '';
    const watch = setInterval(() => {
      if (Date.now() - last > KILL_AFTER_MS) why = 'it hung';
      if (why !== '' || Date.now() > until) child.kill('SIGKILL');
    }, 500);
    child.on('message', (message: { seed: number; target: string; problem?: string }) => {
      if (message.problem !== undefined) return report(message.target, message.seed, message.problem);
      current = message;
      last = Date.now();
      cases++;
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(watch);
    if (Date.now() < until && current)
      report(current.target, current.seed, why || `the process ended with code ${String(code)}`);
    seed = (current?.seed ?? seed) + 1;
  }
  process.stdout.write(`${cases} cases, ${found.size} kinds of problems.\n`);
  for (const [kind, times] of found) process.stdout.write(`${times}× ${kind.split('\n')[0]}\n`);
  process.exitCode = found.size > 0 ? 1 : 0;
}
