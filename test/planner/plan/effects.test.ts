import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { effectsOf } from '../../../src/planner/plan/effects.js';
import { planByRules } from '../../../src/planner/offline/rule-plan.js';
import { workflowSchema } from '../../../src/workflow/format/ir.js';
import { registry } from '../harness.js';

const effectsOfRequest = (request: string) =>
  effectsOf(planByRules(request).workflow, registry).map(({ what }) => what);
const effectsOfNode = (type: string, params: Record<string, unknown>, values = {}) =>
  effectsOf(
    workflowSchema.parse({ inputs: { path: { default: 'a.md' } }, nodes: [{ id: 'step', type, params }] }),
    registry,
    values,
  );

const felt: readonly (readonly [request: string, what: readonly string[]])[] = [
  ['summarize README.md', []],
  ['fetch https://example.com', []],
  ['count words in *.md in docs', []],
  ['read a.md and save it to "b c.md"', ['writes "b c.md"']],
  ['read a.md and append it to b.md', ['adds to "b.md"']],
  ['copy a.md to b/', ['copies "a.md" to "b/a.md"']],
  ['move a.md to b.md', ['moves "a.md" to "b.md"']],
  ['delete old.log', ['deletes "old.log"']],
  ['delete *.tmp in build', ['deletes "${file}", for each of "${list.files}"']],
  ['run `rm -rf ${TMP}/x "y"`', ['runs "rm -rf ${TMP}/x \\"y\\""']],
];

for (const [request, what] of felt) {
  test(`"${request}" ${what.length ? what.join(', ') : 'changes nothing'}`, () => {
    expect(effectsOfRequest(request)).toEqual(what);
  });
}

test('input values of the run override the defaults when effects are described', () => {
  expect(effectsOfNode('write-file', { file_path: '${path}', content: '' }, { path: 'other.md' })).toEqual([
    { node: 'step', effect: 'writes', what: 'writes "other.md"' },
  ]);
});

test("an HTTP request sends data if it posts or if its URL contains another node's output", () => {
  const [posts] = effectsOfNode('http', { url: 'https://a.b', method: 'post', body: 'x' });
  expect(posts).toEqual({ node: 'step', effect: 'sends', what: 'sends POST to "https://a.b"' });
  const [tells] = effectsOfNode('http', { url: 'https://a.b/?q=${read.content}' });
  expect(tells).toMatchObject({ effect: 'sends', what: 'sends GET to "https://a.b/?q=${read.content}"' });
});

test('an unknown node type is assumed to have every effect', () => {
  expect(effectsOfNode('mystery', { a: 1 })).toEqual([
    { node: 'step', effect: 'runs-commands', what: 'runs (mystery) with {"a":1}' },
  ]);
});

test('control characters in an argument are escaped in the description of an effect', () => {
  const [runs] = effectsOfNode('shell', { command: 'echo \u001b[2J\u202e' });
  expect(runs!.what).toMatchInlineSnapshot(`"runs "echo \\u001b[2J‹U+202E›""`);
});

/** Writes a workflow file that saves a text, through a nested workflow if one is given. */
function savingFile(inner?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-effects-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'save.json');
  const save = { id: 'save', type: 'write-file', params: { file_path: '${to}', content: 'x' } };
  const deeper = { id: 'deeper', type: 'workflow', params: { workflow: inner, inputs: { to: '${to}' } } };
  writeFileSync(path, JSON.stringify({ inputs: { to: {} }, nodes: [inner === undefined ? save : deeper] }));
  return path;
}

test('a nested workflow has the effects of its nodes at any depth, with the inputs passed to it', () => {
  const params = { workflow: savingFile(savingFile()), inputs: { to: '${path}' } };
  expect(effectsOfNode('workflow', params)).toEqual([
    { node: 'step/deeper/save', effect: 'writes', what: 'writes "a.md"' },
  ]);
});

test('a command whose values are inserted unquoted is marked, by a parameter or on the node', () => {
  const params = { command: 'ls a.md' };
  const what = 'runs "ls a.md" with values inserted unquoted (raw)';
  expect(effectsOfNode('shell', { ...params, raw: true })).toMatchObject([{ what }]);
  const nodes = [{ id: 'sh', type: 'shell', raw: true, params }];
  expect(effectsOfNode('workflow', { workflow_ir: { nodes } })).toMatchObject([{ what }]);
});

test('a nested workflow that only reads has no effects, and an inline one is analyzed too', () => {
  const reads = { nodes: [{ id: 'read', type: 'read-file', params: { file_path: 'a.md' } }] };
  expect(effectsOfNode('workflow', { workflow_ir: reads })).toEqual([]);
  const runs = { nodes: [{ id: 'sh', type: 'shell', params: { command: 'ls ${path}' } }] };
  expect(effectsOfNode('workflow', { workflow_ir: runs })).toMatchObject([{ what: 'runs "ls ${path}"' }]);
});

test.each([
  ['is not there', { workflow: './no-such-file.json' }],
  ['only the run will name', { workflow: '${choose.name}' }],
  ['cannot be read', { workflow_ir: { nodes: 3 } }],
])('a nested workflow that %s is assumed to have every effect', (_what, params) => {
  const effects = effectsOfNode('workflow', params).map(({ effect }) => effect);
  expect(effects).toEqual(['writes', 'moves', 'deletes', 'runs-commands', 'sends']);
});

test('workflows that contain each other are assumed to have every effect', () => {
  const path = savingFile();
  writeFileSync(
    path,
    JSON.stringify({ nodes: [{ id: 'self', type: 'workflow', params: { workflow: path } }] }),
  );
  expect(effectsOfNode('workflow', { workflow: path })).toMatchObject([
    { node: 'step/self', effect: 'writes' },
    { node: 'step/self', effect: 'moves' },
    { node: 'step/self', effect: 'deletes' },
    { node: 'step/self', effect: 'runs-commands' },
    { node: 'step/self', effect: 'sends' },
  ]);
});
