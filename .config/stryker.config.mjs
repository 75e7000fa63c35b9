// Mutation testing of one folder of src: `npm run mutation`, or `MUTATE=usage npm run mutation`. Not part of CI: a folder
// takes many minutes. The results of the last run are kept in .mutation/, so that the next one tests only what changed.

const folder = process.env.MUTATE ?? 'pricing';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  // Tables of data are compared with their sources by a test of their own.
  mutate: [`src/${folder}/**/*.ts`, '!src/pricing/data/{amendments,disputed-prices}.ts'],
  plugins: ['../test/mutation/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'].map(
    (path) => new URL(path, import.meta.url).pathname,
  ),
  testRunner: 'vitest',
  vitest: { configFile: '.config/mutation.vitest.config.ts', related: false },
  // The type checker of Stryker does not know TypeScript 7; a file that does not exist turns it off.
  tsconfigFile: '.config/tsconfig.none.json',
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Tables that are built when a module is loaded would take the whole of the tests for each of their entries.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `.mutation/${folder.replaceAll('/', '-')}.json`,
  tempDirName: '.mutation/sandbox',
  // Texts are for people: a test for every wording would hold nothing that matters.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignorePatterns: ['dist', '.bench', '.mutation', 'test/peers/node_modules', 'test/mutation'],
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: `.mutation/${folder.replaceAll('/', '-')}.report.json` },
  htmlReporter: { fileName: `.mutation/${folder.replaceAll('/', '-')}.html` },
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false, skipFull: true },
  timeoutMS: 20_000,
};
