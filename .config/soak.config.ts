import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    env: { PFLOW_LEDGER: 'off' },
    root: new URL('..', import.meta.url).pathname,
    include: ['test/soak/**/*.soak.ts'],
    testTimeout: 600_000,
    pool: 'forks',
    execArgv: ['--expose-gc'],
  },
});
