import { defineConfig } from 'vitest/config';

const folder = process.env['MUTATE'] ?? 'pricing';

// The tests of the folder that is mutated. Left out are comparisons with whole data sets and tests of properties, which take
// long, reach every line and name none.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: [`test/${folder}/**/*.test.ts`],
    exclude: ['test/pricing/genai-prices.test.ts'],
    testNamePattern: /^(?!parts sum to the total|more output, more input|it agrees with JSON\.parse)/,
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30_000,
  },
});
