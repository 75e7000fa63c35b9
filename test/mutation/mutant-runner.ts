/** A runner for vitest that calls every test again for each mutant that it reaches, with that mutant switched on. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { RunnerTestCase } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';

/** A line of the results. A mutant that was begun and has no other line kept its test busy for ever. */
export type Outcome = Readonly<{
  kind: 'killed' | 'survived' | 'begun' | 'load';
  test: string;
  mutants: readonly string[];
}>;

/** What Stryker's switches in the code read and write. */
type Switches = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
};

// oxlint-disable-next-line no-underscore-dangle -- Stryker's own name.
const switches = ((globalThis as { __stryker__?: Switches }).__stryker__ ??= {});
const path = process.env['MUTATION_RESULTS']!;
const TIMEOUT_MS = 10_000;

let loaded = 0;
const finished = new Set<string>();
const killed = new Set<string>();
if (existsSync(path)) {
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { kind, test, mutants } = JSON.parse(line) as Outcome;
    if (kind === 'killed') killed.add(mutants[0]!);
    if (kind !== 'load') finished.add(`${mutants[0]} ${test}`);
  }
}

/** Runs a test without a mutant first: that fails the run as usual, and finds which mutants the test reaches. */
// oxlint-disable-next-line import/no-default-export -- vitest takes the default export of a runner.
export default class MutantRunner extends VitestTestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const name = `${test.file.name} > ${test.name}`;
    const call = VitestTestRunner.getTestFn(test);
    switches.currentTestId = name;
    try {
      await call();
    } finally {
      switches.currentTestId = undefined;
    }
    const coverage = switches.mutantCoverage;
    const onLoad = Object.keys(coverage?.static ?? {});
    if (onLoad.length !== loaded) record({ kind: 'load', test: name, mutants: onLoad });
    loaded = onLoad.length;
    for (const [id, hits] of Object.entries(coverage?.perTest[name] ?? {})) {
      if (killed.has(id) || finished.has(`${id} ${name}`)) continue;
      record({ kind: 'begun', test: name, mutants: [id] });
      const isKilled = await failsWith(id, hits, call);
      if (isKilled) killed.add(id);
      record({ kind: isKilled ? 'killed' : 'survived', test: name, mutants: [id] });
    }
  }
}

async function failsWith(id: string, hits: number, call: () => unknown): Promise<boolean> {
  Object.assign(switches, { activeMutant: id, hitCount: 0, hitLimit: 100 * hits + 1000 });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('A mutant took too long.')), TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(call), timeout]);
    return false;
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
    Object.assign(switches, { activeMutant: undefined, hitCount: undefined });
  }
}

function record(outcome: Outcome): void {
  appendFileSync(path, `${JSON.stringify(outcome)}\n`);
}
