import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    // How long a stuck test may take: on a busy machine whole programs take many seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // Library runs of tests are not those of the user who runs the tests.
    env: { PFLOW_LEDGER: 'off' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
