import { expect, test } from 'vitest';
import { Random } from './random.js';
import { foreignFiles, isRecognised } from './import-target.js';
import { runCase, targets } from './targets.js';

/** Enough cases for about a minute in total; `npm run fuzz` continues with other seeds. */
const counts: Readonly<Record<string, number>> = {
  traces: 100,
  workflows: 150,
  markdown: 150,
  settings: 150,
  prices: 80,
  commands: 60,
  requests: 40,
};

test.each(Object.keys(targets))(
  '%s that are damaged cause no exception but a PflowError, no hang and no broken frame',
  async (target) => {
    const problems: string[] = [];
    for (let seed = 0; seed < (counts[target] ?? 200); seed++)
      for (const problem of await runCase(target, new Random(seed)))
        problems.push(`seed ${seed}: ${problem}`);
    expect(problems).toEqual([]);
  },
  300_000,
);

test('the same seed makes the same case', () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 50 }, () => random.below(1000));
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('the foreign traces that are damaged are recognised when they are not', () => {
  for (const records of Object.values(foreignFiles)) expect(isRecognised(records)).toBe(true);
});
