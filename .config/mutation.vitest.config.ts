import { defineConfig } from 'vitest/config';

const folder = process.env['MUTATE'] ?? 'pricing';
const isFast = process.env['MUTATION_RESULTS'] !== undefined;

// The tests of the folder that is mutated. Left out are comparisons with whole data sets and tests of properties, which take
// long, reach every line and name none.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: [`test/${folder}/**/*.test.ts`],
    exclude: [
      'test/pricing/genai-prices.test.ts',
      ...(isFast ? ['test/usage/properties.test.ts', 'test/usage/ranks.test.ts'] : []),
    ],
    testNamePattern: /^(?!parts sum to the total|more output, more input|it agrees with JSON\.parse)/,
    env: { PFLOW_LEDGER: 'off' },
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30_000,
    // One process for all, in which a test may take as long as all of its mutants.
    ...(isFast
      ? {
          isolate: false,
          testTimeout: 36_000_000,
          runner: './test/mutation/mutant-runner.ts',
          reporters: ['dot'],
        }
      : {}),
  },
});
