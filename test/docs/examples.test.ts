/** Everything shown in the manual and the help texts exists: commands, options, models, settings, variables, exports. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { exitCodes } from '../../src/cli/io/exit-code.js';
import { helpTopics } from '../../src/cli/help/help-topics.js';
import { createProgram } from '../../src/cli/program/program.js';
import { parseOverride } from '../../src/pricing/table/parse-override.js';
import { rateNames } from '../../src/pricing/table/price-table.js';
import { resolveModel } from '../../src/pricing/names/resolve-model.js';
import { keyName } from '../../src/view/keys/key-names.js';
import { keymap } from '../../src/view/keys/keymap.js';
import { defaultSettings } from '../../src/view/app/screen-settings.js';
import { docsPrices } from '../support/docs-run.js';
import { manualPages, repositoryFile } from '../support/manual-pages.js';
import { listCommands } from '../support/readme.js';

const pages = manualPages().filter((path) => path === 'README.md' || path.startsWith('src/help/'));
const read = (path: string) => readFileSync(repositoryFile(path), 'utf8');
const manual = pages.map(read).join('\n');

test('README.md is at most 180 lines and begins with the two commands that run and test everything', () => {
  const lines = read('README.md').split('\n');
  expect(lines.length).toBeLessThanOrEqual(180);
  const start = lines.indexOf('```sh');
  expect(lines.slice(start + 1, start + 3).map((line) => line.replace(/ +#.*/, ''))).toEqual([
    'npm ci && npm start -- tui "summarize README.md"',
    'npm ci && npm test',
  ]);
});

test('src/help has one page for each topic', () => {
  expect(readdirSync(repositoryFile('src/help')).sort()).toEqual(
    helpTopics.map((topic) => `${topic}.md`).sort(),
  );
});

/** Command lines in shell examples and in code spans, split into words as by a shell. */
function commandLines(): string[][] {
  const blocks = Array.from(manual.matchAll(/^```sh\n([^]*?)^```$/gm), ([, body]) =>
    body!.replaceAll('\\\n', ' '),
  );
  const spans = Array.from(manual.matchAll(/(?<!`)`(pflow [^`\n]+)`(?!`)/g), ([, span]) => span!);
  return [...blocks.flatMap((block) => block.split('\n')), ...spans]
    .map((line) => line.replace(/\s#\s.*$/, '').replace(/ > \S+$/, ''))
    .flatMap(
      (line) => /(?:^|[|&] |-- |\s)(?:pflow|npx pflow-profiler|npm start --) (.*)$/.exec(line)?.[1] ?? [],
    )
    .map((line) => Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, word]) => quoted ?? word!));
}

/** Options of Node.js and of other programs, which the manual names too. */
const otherPrograms: ReadonlySet<string> = new Set(['--import', '--require', '--help', '--version']);

/** Command lines of published pflow, which the page on differences names. */
const published = /^(--validate-only|--dry-run|resume|report|visualize|mcp|workflow history$)/;

test('every command line of the manual is parsed by pflow', async () => {
  const lines = commandLines().filter(
    (words) => !published.test(words.join(' ')) && !/<|…$/.test(words.join(' ')),
  );
  expect(lines.length).toBeGreaterThan(40);
  const problems = await Promise.all(lines.map(readProblem));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

/** The reason why pflow rejects a command line. Text may name a command without its operands. */
async function readProblem(words: readonly string[]): Promise<string | undefined> {
  let ran = '';
  const program = createProgram({ leave: () => process.exit(), ended: () => {}, argv: [] });
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {}, outputError: () => {} });
    command.action(() => void (ran = command.name()));
    command.commands.forEach(prepare);
  };
  prepare(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const { code, message } = error as CommanderError;
    return code === 'commander.missingArgument' ? undefined : `pflow ${words.join(' ')}: ${message}`;
  }
  const isCommand = program.commands.some((each) => each.name() === words[0]);
  return isCommand === (ran !== 'pflow') ? undefined : `pflow ${words.join(' ')}: runs ${ran}`;
}

test('every command and option of pflow is documented in the manual', () => {
  const page = read('src/help/commands.md');
  for (const { name, command } of listCommands()) {
    expect(page).toContain(`\`${name}`);
    for (const { long } of command.options.filter(({ hidden }) => !hidden)) expect(page).toContain(long!);
  }
});

/** Names of models in a text, excluding those of packages, products and variables. */
const MODEL = /(?<![\w/@-])(?:(?:anthropic|openai|google)\/)?(?:claude|gpt|gemini)-[a-z0-9][\w.-]*[a-z0-9]/g;
const notModels = ['claude-code'];

test('every key that the README and the pages on the screen name is bound', () => {
  const bound = new Set(keymap.flatMap(({ keys }) => keys.map((key) => keyName(key))));
  const named = pages.flatMap((page) =>
    Array.from(
      read(page).matchAll(/(?<!`)`([\w?/:[\]{}⏎]|\^[A-Z]|⇧?Tab|Esc|Del|End|Home)`(?!`)/g),
      ([, key]) => `${page}: ${key}`,
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((each) => !bound.has(each.split(': ')[1]!))).toEqual([]);
});

test('every option that the manual names exists', () => {
  const known = new Set(
    listCommands().flatMap(({ command }) => command.options.flatMap(({ long, short }) => [long, short])),
  );
  const named = pages
    .filter((page) => !page.endsWith('/differences.md'))
    .flatMap((page) =>
      Array.from(read(page).matchAll(/(?<![\w`-])`(--[a-z][\w-]*)/g), ([, option]) => `${page}: ${option}`),
    );
  expect(named.length).toBeGreaterThan(50);
  expect(
    named.filter((each) => !known.has(each.split(': ')[1]) && !otherPrograms.has(each.split(': ')[1]!)),
  ).toEqual([]);
});

test('every model named in the manual, the help texts or the pictures is in the price table', () => {
  const help = listCommands().flatMap(({ command }) => command.helpInformation());
  const texts = [manual, ...help, read('.github/profiler.svg'), read('src/llm/select/provider-list.ts')].join(
    '\n',
  );
  const names = [...new Set(texts.match(MODEL))].filter((name) => !notModels.includes(name));
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => resolveModel(name, { prices: docsPrices }).pricedAs === undefined)).toEqual(
    [],
  );
});

test('a documented model that is not in the price table is reported', () => {
  expect('see anthropic/claude-sonnet-0'.match(MODEL)).toEqual(['anthropic/claude-sonnet-0']);
  expect(resolveModel('anthropic/claude-sonnet-0', { prices: docsPrices }).pricedAs).toBeUndefined();
});

test('every setting and every environment variable of pflow is documented on the page of settings', () => {
  const page = read('src/help/settings.md');
  for (const name of Object.keys(defaultSettings)) expect(page).toContain(`\`${name}\``);
  const sources = readdirSync(repositoryFile('src'), { recursive: true, encoding: 'utf8' });
  const code = sources.filter((name) => /\.tsx?$/.test(name)).map((name) => read(`src/${name}`));
  const variables = new Set(code.join('\n').match(/\bPFLOW_[A-Z_]+\b/g));
  expect(variables.size).toBeGreaterThan(2);
  expect([...variables].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the page on commands lists every exit code', () => {
  const page = read('src/help/commands.md');
  for (const code of Object.values(exitCodes)) expect(page).toContain(`| ${code} |`);
});

test('the page on prices lists every rate, and its example is a valid price file', () => {
  const page = read('src/help/pricing.md');
  for (const name of rateNames) expect(page).toContain(`\`${name}\``);
  const [, example] = /^```json\n([^]*?)^```$/m.exec(page)!;
  const { overrides, warnings } = parseOverride(example!, 'pricing.json');
  expect(warnings).toEqual([]);
  expect(overrides.map(({ name }) => name)).toEqual(['my-model', 'openai/gpt-6-luna', 'acme/*']);
});

test('the page on the library documents every export except types', () => {
  const page = read('src/help/library.md');
  const missing = Object.keys(library).filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test('the JSON examples of the manual are valid JSON', () => {
  const examples = Array.from(manual.matchAll(/^```json\n([^]*?)^```$/gm), ([, body]) => body!);
  expect(examples.length).toBeGreaterThan(4);
  for (const example of examples) expect(() => JSON.parse(example) as unknown).not.toThrow();
});
