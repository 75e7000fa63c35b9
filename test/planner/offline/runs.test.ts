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

/** Plans by rule and runs the plan with the offline rules as its model; gives its outputs. */
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

test('words, lines and characters are counted', async () => {
  expect(await run(`count words in ${at('docs/two.md')}; count lines in it; count characters in it`)).toEqual(
    { words: 11, lines: 1, characters: 57 },
  );
  expect(await run(`count lines in ${at('docs/empty.txt')}`)).toEqual({ result: 0 });
});

test('words are counted in each file of a folder', async () => {
  expect(await run(`count words in *.md in ${folder}/docs`)).toEqual({
    result: `${at('docs/one.md')}: 12\n${at('docs/two.md')}: 11`,
  });
});

test('links, emails, headings and keywords are found, each once', async () => {
  const one = at('docs/one.md');
  expect(await run(`links of ${one}`)).toEqual({ result: ['https://one.org/a'] });
  expect(await run(`emails of ${one}`)).toEqual({ result: ['ann@one.org'] });
  expect(await run(`headings of ${one}`)).toEqual({ result: ['One', 'Sub'] });
  expect(await run(`keywords of ${at('docs/two.md')}`)).toEqual({
    result: ['whales', 'sing', 'dive', 'deep', 'sea', 'full'],
  });
});

test('a summary of each file is written to one file', async () => {
  const out = at('all.md');
  expect(
    await run(`for each *.md in ${folder}/docs, summarize it in 1 sentence and save it to ${out}`),
  ).toEqual({ result: out });
  expect(readFileSync(out, 'utf8')).toMatch(
    new RegExp(`^## ${at('docs/one.md')}\n\n[^]+\n\n## ${at('docs/two.md')}\n\n.*whales`, 'i'),
  );
});

test('what is made of each file is written under its name into a folder', async () => {
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

test('files that are named one by one are gone over in that order', async () => {
  expect(
    await run(`count lines in ${at('docs/two.md')}, ${at('docs/empty.txt')} and ${at('docs/two.md')}`),
  ).toEqual({ result: `${at('docs/two.md')}: 1\n${at('docs/empty.txt')}: 0` });
  await run(`write ${at('docs/two.md')} and ${at('docs/empty.txt')} to ${at('all.md')}`);
  expect(readFileSync(at('all.md'), 'utf8')).toContain('Whales sing.');
});

test('two files of one name are not written over each other', async () => {
  mkdirSync(at('more'));
  writeFileSync(at('more/two.md'), 'Other.');
  await expect(
    run(`count words in ${at('docs/two.md')} and ${at('more/two.md')}, then save each to ${at('out')}`),
  ).rejects.toThrow(`two of the files would be written to ${at('out/two.md')}.`);
});

test('a list is written one a line', async () => {
  await run(`list files in ${folder}/docs and save them to ${at('list.txt')}`);
  expect(readFileSync(at('list.txt'), 'utf8')).toBe(
    ['empty.txt', 'one.md', 'two.md'].map((name) => at(`docs/${name}`)).join('\n'),
  );
});

test('several files are copied into a folder, and deleted only when that is confirmed', async () => {
  expect(await run(`copy *.md in ${folder}/docs to "${at('back up')}"`)).toEqual({ result: 2 });
  expect(readdirSync(at('back up'))).toEqual(['one.md', 'two.md']);
  await expect(run(`delete *.md in ${folder}/docs`)).rejects.toThrow('is not confirmed');
  expect(readdirSync(at('docs'))).toHaveLength(3);
});

test("a command's output is given back, its own variables untouched", async () => {
  expect(await run('run `X=5; echo ${X}`')).toEqual({ result: '5' });
});

test('text is written as it is', async () => {
  await run(`write "costs \${5}" to ${at('t.txt')} and append " more" to ${at('t.txt')}`);
  expect(readFileSync(at('t.txt'), 'utf8')).toBe('costs ${5} more');
});
