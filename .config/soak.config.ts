import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/soak/**/*.soak.ts'],
    testTimeout: 600_000,
    pool: 'forks',
    execArgv: ['--expose-gc'],
  },
});
