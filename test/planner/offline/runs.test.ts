import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { compileWorkflow } from '../../../src/compile/compile.js';
import { planByRules } from '../../../src/planner/offline/rule-plan.js';
import { compileTemplate, followPath } from '../../../src/workflow/format/template.js';
import { resolveInputs } from '../../../src/workflow/check/inputs.js';
import { createStore } from '../../../src/runtime/store/store.js';
import { testContext } from '../../support/tracing.js';
import { offline, registry } from '../harness.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-rules-'));
const at = (name: string) => join(folder, name);

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(at('docs'), { recursive: true });
  writeFileSync(
    at('docs/one.md'),
    '# One\n\nSee [home](https://one.org/a) or mail ann@one.org, twice: ann@one.org.\n\n```sh\n# no heading\n```\n\n## Sub ##\n',
  );
  writeFileSync(at('docs/two.md'), 'Whales sing. Whales dive deep. The sea is full of whales.');
  writeFileSync(at('docs/empty.txt'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plans by rules and runs the plan with the offline rules as its model; returns its outputs. */
async function run(request: string, inputs: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { workflow } = planByRules(request);
  const store = createStore(resolveInputs(workflow, { ...inputs }));
  await compileWorkflow(workflow, registry).run(store, testContext({ llm: offline }));
  return Object.fromEntries(
    Object.entries(workflow.outputs).map(([name, { source }]) => [
      name,
      compileTemplate(source).render((path) => followPath(store, path)),
    ]),
  );
}

test('plans count words, lines and characters', async () => {
  expect(await run(`count words in ${at('docs/two.md')}; count lines in it; count characters in it`)).toEqual(
    { words: 11, lines: 1, characters: 57 },
  );
  expect(await run(`count lines in ${at('docs/empty.txt')}`)).toEqual({ result: 0 });
});

test('plans count words in each file of a folder', async () => {
  expect(await run(`count words in *.md in ${folder}/docs`)).toEqual({
    result: `${at('docs/one.md')}: 12\n${at('docs/two.md')}: 11`,
  });
});

test('plans extract links, emails, headings and keywords without duplicates', async () => {
  const one = at('docs/one.md');
  expect(await run(`links of ${one}`)).toEqual({ result: ['https://one.org/a'] });
  expect(await run(`emails of ${one}`)).toEqual({ result: ['ann@one.org'] });
  expect(await run(`headings of ${one}`)).toEqual({ result: ['One', 'Sub'] });
  expect(await run(`keywords of ${at('docs/two.md')}`)).toEqual({
    result: ['whales', 'sing', 'dive', 'deep', 'sea', 'full'],
  });
});

test('plans write a summary of each file to one file', async () => {
  const out = at('all.md');
  expect(
    await run(`for each *.md in ${folder}/docs, summarize it in 1 sentence and save it to ${out}`),
  ).toEqual({ result: out });
  expect(readFileSync(out, 'utf8')).toMatch(
    new RegExp(`^## ${at('docs/one.md')}\n\n[^]+\n\n## ${at('docs/two.md')}\n\n.*whales`, 'i'),
  );
});

test('plans write the result for each file to a file of the same name in a folder', async () => {
  const out = at('out');
  expect(await run(`summarize *.md in ${folder}/docs in 1 sentence and save each to ${out}/`)).toEqual({
    result: 2,
  });
  expect(readdirSync(out)).toEqual(['one.md', 'two.md']);
  expect(readFileSync(join(out, 'two.md'), 'utf8')).toMatch(/whales/i);
  await run(`keywords of ${at('docs/two.md')} and ${at('docs/empty.txt')}, then save each to ${out}`);
  expect(readFileSync(join(out, 'two.md'), 'utf8')).toBe('whales\nsing\ndive\ndeep\nsea\nfull');
  expect(readFileSync(join(out, 'empty.txt'), 'utf8')).toBe('');
});

test('plans process listed files in the given order and skip duplicates', async () => {
  expect(
    await run(`count lines in ${at('docs/two.md')}, ${at('docs/empty.txt')} and ${at('docs/two.md')}`),
  ).toEqual({ result: `${at('docs/two.md')}: 1\n${at('docs/empty.txt')}: 0` });
  await run(`write ${at('docs/two.md')} and ${at('docs/empty.txt')} to ${at('all.md')}`);
  expect(readFileSync(at('all.md'), 'utf8')).toContain('Whales sing.');
});

test('plans fail when two results would be written to the same file', async () => {
  mkdirSync(at('more'));
  writeFileSync(at('more/two.md'), 'Other.');
  await expect(
    run(`count words in ${at('docs/two.md')} and ${at('more/two.md')}, then save each to ${at('out')}`),
  ).rejects.toThrow(`two of the files would be written to ${at('out/two.md')}.`);
});

test('plans write a list with one element per line', async () => {
  await run(`list files in ${folder}/docs and save them to ${at('list.txt')}`);
  expect(readFileSync(at('list.txt'), 'utf8')).toBe(
    ['empty.txt', 'one.md', 'two.md'].map((name) => at(`docs/${name}`)).join('\n'),
  );
});

test('plans copy several files into a folder, and delete files only after confirmation', async () => {
  expect(await run(`copy *.md in ${folder}/docs to "${at('back up')}"`)).toEqual({ result: 2 });
  expect(readdirSync(at('back up'))).toEqual(['one.md', 'two.md']);
  await expect(run(`delete *.md in ${folder}/docs`)).rejects.toThrow('is not confirmed');
  expect(readdirSync(at('docs'))).toHaveLength(3);
});

test('plans return the output of a command and leave its variables unchanged', async () => {
  expect(await run('run `X=5; echo ${X}`')).toEqual({ result: '5' });
});

test('plans write a text literally', async () => {
  await run(`write "costs \${5}" to ${at('t.txt')} and append " more" to ${at('t.txt')}`);
  expect(readFileSync(at('t.txt'), 'utf8')).toBe('costs ${5} more');
});

test('plans select, sort, reverse and filter lines', async () => {
  const file = at('names.txt');
  writeFileSync(file, 'bob\nann\n\nbob\nÉva\n');
  expect(await run(`first 2 lines of ${file}`)).toEqual({ result: 'bob\nann' });
  expect(await run(`show the last line of ${file}`)).toEqual({ result: 'Éva' });
  expect(await run(`lines 2 to 4 of ${file}`)).toEqual({ result: 'ann\n\nbob' });
  expect(await run(`sort ${file} and remove duplicates, then remove empty lines`)).toEqual({
    result: 'ann\nbob\nÉva',
  });
  expect(await run(`reverse the lines of ${file}`)).toEqual({ result: 'Éva\nbob\n\nann\nbob' });
  writeFileSync(file, '10 x\n9 y\n');
  expect(await run(`sort the lines of ${file} numerically in reverse order`)).toEqual({
    result: '10 x\n9 y',
  });
});

test('plans find text in a file, and in the files of a folder with path and line', async () => {
  expect(await run(`find "dive" in ${at('docs/two.md')}`)).toEqual({
    result: ['Whales sing. Whales dive deep. The sea is full of whales.'],
  });
  expect(await run(`find "Sub" in ${folder}/`)).toEqual({ result: [`${at('docs/one.md')}:9: ## Sub ##`] });
  expect(await run(`which files in ${folder} contain "one.org"`)).toEqual({ result: [at('docs/one.md')] });
  expect(await run(`count occurrences of "hales" in ${at('docs/two.md')}`)).toEqual({ result: 3 });
  expect(await run(`how many links are in ${at('docs/one.md')}`)).toEqual({ result: 1 });
});

test('plans change case and replace text in the written result, not in the source file', async () => {
  const file = at('a.txt');
  writeFileSync(file, 'a.b $& a.b\n');
  await run(`replace "a.b" with "$1" in ${file} and save it to ${at('b.txt')}`);
  expect(readFileSync(at('b.txt'), 'utf8')).toBe('$1 $& $1\n');
  expect(readFileSync(file, 'utf8')).toBe('a.b $& a.b\n');
  expect(await run(`print ${file} in upper case`)).toEqual({ result: 'A.B $& A.B\n' });
});

test('plans convert CSV to JSON and JSON to CSV, with quoted cells', async () => {
  const [csv, json] = [at('d.csv'), at('d.json')];
  writeFileSync(csv, 'name,said\r\nann,"a, ""b"""\r\nbob,\r\n');
  await run(`convert ${csv} to ${json}`);
  const rows = [
    { name: 'ann', said: 'a, "b"' },
    { name: 'bob', said: '' },
  ];
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(rows);
  expect(await run(`convert ${json} to csv`)).toEqual({ result: 'name,said\nann,"a, ""b"""\nbob,' });
  expect(await run(`count words in ${json}; count lines in it`)).toEqual({ words: 8, lines: 10 });
  expect(await run(`get the said column from ${csv}`)).toEqual({ result: 'a, "b"\n' });
  await expect(run(`get the age column from ${csv}`)).rejects.toThrow('there is no field age.');
});

test('plans concatenate texts, each starting on a new line', async () => {
  writeFileSync(at('x.txt'), 'x');
  writeFileSync(at('y.txt'), 'y\n');
  await run(`combine ${at('x.txt')} and ${at('y.txt')} into ${at('xy.txt')}`);
  expect(readFileSync(at('xy.txt'), 'utf8')).toBe('x\ny\n');
});

test('plans copy a folder with its sub-folders', async () => {
  mkdirSync(at('docs/inner'));
  writeFileSync(at('docs/inner/two.md'), 'inner');
  expect(await run(`back up the folder ${folder}/docs to ${at('copy')}`)).toEqual({ result: 4 });
  expect(readFileSync(at('copy/inner/two.md'), 'utf8')).toBe('inner');
});

test('plans limit a summary to the requested number of words or bullet points', async () => {
  const words = await run(`summarize ${at('docs/two.md')} in 6 words`);
  expect(String(words['result']).split(/\s+/).length).toBeLessThanOrEqual(6);
  const points = await run(`summarize ${at('docs/two.md')} in 2 bullet points`);
  expect(String(points['result'])).toMatch(/^- .+\n- .+$/);
});

test('a request without a file uses piped text', async () => {
  const piped = (request: string) => planByRules(request, { stdin: true }).workflow;
  for (const request of [
    'summarize it',
    'sort the lines',
    'find "a"',
    'count words in -',
    'show the first 2 lines',
  ])
    expect(piped(request).inputs['stdin']).toMatchObject({ stdin: true });
  expect(piped('summarize a.md').inputs['stdin']).toBeUndefined();
  expect(() => piped('delete it')).toThrow('only files can be');
  expect(() => piped('save the summary to b.md')).toThrow("nothing precedes it that 'summary' could mean.");
  expect(await run('count words in -', { stdin: 'a b c' })).toEqual({ result: 3 });
});
