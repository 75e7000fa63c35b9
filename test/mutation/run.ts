/**
 * Runs Stryker's mutants of one folder in one process: `npm run mutation:fast`, or `MUTATE=usage npm run mutation:fast`. Stryker starts
 * the tests anew for each mutant; here every test is called again for each mutant that it reaches, which takes minutes, not hours.
 * What a test would keep between two calls is turned off in the copy that is mutated.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './mutant-runner.js';

type Mutant = {
  id: string;
  fileName: string;
  mutatorName: string;
  replacement: string;
  status?: string;
  location: { start: { line: number } };
};

type Source = { name: string; mutate: boolean; content: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env['MUTATE'] ?? 'pricing';
const copy = join(root, '.mutation/fast', folder);
const results = `${copy}.jsonl`;

/** Memos would hide a mutant from every call after the first. */
const memos: readonly (readonly [file: string, text: string, replacement: string])[] = [
  [
    'src/usage/fields/memoized.ts',
    'const known = memo.get(name);',
    'const known: Value | undefined = undefined;',
  ],
  ['src/pricing/names/resolve-model.ts', 'const known = memo.get(key);', 'const known = undefined;'],
];

/** Tables of data, which are compared with their sources by tests of their own, and the memo itself. */
const leftOut = /data\/(?:amendments|disputed-prices)\.ts$|fields\/memoized\.ts$/;

/** A mutant that keeps a test busy for longer, without reaching its limit of hits, is an endless loop. */
const STALLED_MS = 60_000;

const mutants = await createCopy();
await runTests();
report(mutants);

/** The mutants of the folder, which are all in the copy, each behind a switch. */
async function createCopy(): Promise<Mutant[]> {
  rmSync(copy, { recursive: true, force: true });
  rmSync(results, { force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ['src', 'pricing.default.json', 'package.json', 'tsconfig.json', '.config']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  for (const name of [folder, 'support', 'fixtures', 'mutation/mutant-runner.ts']) {
    if (existsSync(join(root, 'test', name)))
      cpSync(join(root, 'test', name), join(copy, 'test', name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(join(root, 'test/peers/node_modules'), join(copy, 'test/node_modules'));
  for (const [file, text, replacement] of memos) {
    const source = readFileSync(join(copy, file), 'utf8');
    if (!source.includes(text)) throw new Error(`${file} has no '${text}' to turn off its memo by.`);
    writeFileSync(join(copy, file), source.replace(text, replacement));
  }
  const source = join(copy, 'src', folder);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !leftOut.test(name))
    .map((name) => ({
      name: join(source, name),
      mutate: true,
      content: readFileSync(join(source, name), 'utf8'),
    }));
  const instrumented = await instrument(files);
  for (const { name, content } of instrumented.files) writeFileSync(name, content);
  return instrumented.mutants.filter(({ status }) => status !== 'Ignored');
}

async function instrument(files: readonly Source[]): Promise<{ files: Source[]; mutants: Mutant[] }> {
  const load = async (name: string, part: string): Promise<unknown> => {
    const path = `node_modules/@stryker-mutator/instrumenter/dist/src/${name}.js`;
    return ((await import(new URL(path, import.meta.url).href)) as Record<string, unknown>)[part];
  };
  const log = { debug: () => {}, info: () => {}, isDebugEnabled: () => false, warn: console.warn };
  type Instrument = (
    files: readonly Source[],
    options: object,
  ) => Promise<{ files: Source[]; mutants: Mutant[] }>;
  const Instrumenter = (await load('instrumenter', 'Instrumenter')) as new (...parts: unknown[]) => {
    instrument: Instrument;
  };
  const parts = [
    await load('parsers/index', 'createParser'),
    await load('printers/index', 'print'),
    await load('transformers/index', 'transform'),
  ];
  // Texts are for people: a test for every wording would hold nothing that matters.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [] };
  return new Instrumenter(log, ...parts).instrument(files, options);
}

/** Runs the tests until no mutant is left, again after each endless loop. */
async function runTests(): Promise<void> {
  let isFinished = false;
  while (!isFinished) {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', '.config/mutation.vitest.config.ts'],
      {
        cwd: copy,
        stdio: 'inherit',
        detached: true,
        // A mutant may write where no test does.
        env: {
          ...process.env,
          PFLOW_HOME: join(copy, 'home'),
          MUTATE: folder,
          MUTATION_RESULTS: results,
          CI: '1',
        },
      },
    );
    let size = -1;
    let since = Date.now();
    let stalled = false;
    const watch = setInterval(() => {
      const now = existsSync(results) ? statSync(results).size : 0;
      if (now !== size) [size, since] = [now, Date.now()];
      else if (now > 0 && Date.now() - since > STALLED_MS) {
        stalled = true;
        process.kill(-child.pid!, 'SIGKILL');
      }
    }, 1000);
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
    clearInterval(watch);
    isFinished = !stalled;
    if (!stalled && code !== 0) throw new Error('The tests fail without a mutant; see above.');
  }
}

function readResults(): Outcome[] {
  if (!existsSync(results)) return [];
  return readFileSync(results, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Outcome);
}

function report(all: readonly Mutant[]): void {
  const outcomes = readResults();
  const onLoad = new Set(outcomes.flatMap(({ kind, mutants: each }) => (kind === 'load' ? each : [])));
  const last = new Map(outcomes.map(({ kind, test, mutants: [id] }) => [`${id} ${test}`, { id: id!, kind }]));
  const calls = [...last.values()].filter(({ kind }) => kind !== 'load');
  const reached = new Set(calls.map(({ id }) => id));
  // One that was begun and has no other outcome never ended.
  const killed = new Set(calls.filter(({ kind }) => kind !== 'survived').map(({ id }) => id));
  const hasSurvived = ({ id }: Mutant): boolean => reached.has(id) && !killed.has(id);
  const isUnreached = ({ id }: Mutant): boolean => !reached.has(id) && !onLoad.has(id);
  const survivors = all.filter((mutant) => hasSurvived(mutant) || isUnreached(mutant));
  for (const mutant of survivors) {
    const place = `${relative(copy, mutant.fileName)}:${mutant.location.start.line + 1}`;
    const text = mutant.replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
    console.log(
      `${place} ${mutant.mutatorName} → ${text}${isUnreached(mutant) ? ' (no test reaches it)' : ''}`,
    );
  }
  const dead = all.filter(({ id }) => killed.has(id)).length;
  const score = ((100 * dead) / (dead + survivors.length)).toFixed(1);
  console.log(
    `src/${folder}: ${all.length} mutants, ${dead} killed, ${survivors.length} survived (${survivors.filter(isUnreached).length} of them not reached), ${all.length - dead - survivors.length} only while loading: ${score} %`,
  );
}
