import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { createRegistry } from '../../../src/nodes/registry.js';
import {
  findWorkflow,
  getWorkflow,
  listWorkflows,
  removeWorkflow,
  saveWorkflow,
  workflowNames,
} from '../../../src/workflow/library/library.js';
import { nameProblem } from '../../../src/workflow/library/library-files.js';
import { isWorkflowRef, loadWorkflow } from '../../../src/workflow/library/load-workflow.js';
import { formatProblem } from '../../../src/workflow/format/problem.js';
import { validateWorkflow } from '../../../src/workflow/check/validate.js';

let root: string;
let options: { folder: string };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-load-'));
  options = { folder: join(root, 'workflows') };
});
afterEach(() => rmSync(root, { recursive: true }));

const workflow = { nodes: [{ id: 'say', type: 'echo' }] };

const put = (name: string, content: unknown) => {
  const path = join(root, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

/** The message and hint of the error that it throws, with the test's folder replaced. */
const complaint = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    return `${error.code}: ${error.message}${error.hint ? ` ${error.hint}` : ''}`.replaceAll(root, '/tmp');
  }
  return 'nothing was thrown';
};

test('a path loads the workflow file', () => {
  const path = put('flow.json', workflow);
  expect(loadWorkflow(path, options)).toEqual({
    lineOf: expect.any(Function),
    source: workflow,
    name: 'flow',
    origin: 'file',
    path,
  });
});

test('a byte order mark at the start of a file is ignored', () => {
  expect(loadWorkflow(put('flow.json', `\uFEFF${JSON.stringify(workflow)}`), options).source).toEqual(
    workflow,
  );
});

test('a file of published pflow is unwrapped', () => {
  const path = put('flow.json', { name: 'daily', description: 'Every day.', version: '1.0.0', ir: workflow });
  expect(loadWorkflow(path, options).source).toEqual({
    name: 'daily',
    description: 'Every day.',
    ...workflow,
  });
});

test('a name loads the saved workflow', () => {
  const path = saveWorkflow({ name: 'my-flow', description: 'Mine.', keywords: ['own'], workflow }, options);
  expect(loadWorkflow('my-flow', options)).toEqual({
    lineOf: expect.any(Function),
    source: { name: 'my-flow', description: 'Mine.', keywords: ['own'], ...workflow },
    name: 'my-flow',
    origin: 'saved',
    path,
  });
});

test.each<[string, string | undefined, string, string]>([
  [
    'a missing file',
    undefined,
    'flw.json',
    "not_found: There is no file '/tmp/flw.json'. Did you mean 'flow.json'?",
  ],
  [
    'a missing folder',
    undefined,
    'nowhere/flow.json',
    "not_found: There is no file '/tmp/nowhere/flow.json'. There is no directory '/tmp/nowhere' either.",
  ],
  [
    'a directory',
    undefined,
    'folder.json',
    "not_found: '/tmp/folder.json' is a directory, not a workflow file. Did you mean /tmp/folder.json/inner.json?",
  ],
  ['an empty file', ' \n', 'bad.json', "invalid_workflow: '/tmp/bad.json' is empty."],
  [
    'a list',
    '[1]',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' holds a list, where a workflow is an object with nodes and edges.",
  ],
  [
    'a trailing comma',
    '{\n  "nodes": [],\n}',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 3, column 1: expected a key in double quotes, found '}'.",
  ],
  [
    'a missing comma',
    '{"a": 1\n "b": 2}',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 2, column 2: expected ',' or '}', found '\"b\"'.",
  ],
  [
    'single quotes',
    "{'a': 1}",
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 1, column 2: expected a key in double quotes or '}', found '''.",
  ],
  [
    'a word',
    '{"a": yes}',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 1, column 7: expected a value, found 'yes'.",
  ],
  [
    'an early end',
    '{"a": [1',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 1, column 9: the text ends where ',' or ']' should be.",
  ],
  [
    'more after the end',
    '{} {}',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 1, column 4: expected the end of the file, found '{'.",
  ],
  [
    'a line break in text',
    '{"a": "x\ny"}',
    'bad.json',
    "invalid_workflow: '/tmp/bad.json' is not JSON: line 1, column 7: this text is not closed on its line, or has a bad escape.",
  ],
])('%s is rejected with the position or the alternatives', (_name, content, name, message) => {
  put('flow.json', workflow);
  mkdirSync(join(root, 'folder.json'));
  put('folder.json/inner.json', workflow);
  if (content !== undefined) put(name, content);
  expect(complaint(() => loadWorkflow(join(root, name), options))).toBe(message);
});

test.skipIf(process.getuid?.() === 0)('an unreadable file is rejected with the reason', () => {
  const path = put('secret.json', workflow);
  chmodSync(path, 0);
  expect(complaint(() => loadWorkflow(path, options))).toBe(
    "not_found: '/tmp/secret.json' may not be read: permission denied.",
  );
});

test('an unknown name is rejected with similar names', () => {
  expect(complaint(() => loadWorkflow('summarise-file', options))).toBe(
    "not_found: There is no saved workflow 'summarise-file'. Did you mean 'summarize-file', 'summarize-folder' or 'summarize-url'?",
  );
  expect(complaint(() => getWorkflow('xyzzy', options))).toBe(
    "not_found: There is no saved workflow 'xyzzy'. There are: count-words, summarize-file, summarize-folder, summarize-url.",
  );
});

test('a reference to a workflow is distinguished from a request', () => {
  put('with space.json', workflow);
  expect(isWorkflowRef('summarize-file', options)).toBe(true);
  expect(isWorkflowRef('./flow.json', options)).toBe(true);
  expect(isWorkflowRef(join(root, 'with space.json'), options)).toBe(true);
  expect(isWorkflowRef('summarize data.json', options)).toBe(false);
  expect(isWorkflowRef('summarize', options)).toBe(false);
});

test('a saved workflow is listed, found, replaced with --replace and removed', () => {
  const entry = { name: 'my-flow', description: 'Mine.', keywords: ['own'], workflow };
  const path = saveWorkflow(entry, options);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(options.folder).mode & 0o777).toBe(0o700);
  expect(complaint(() => saveWorkflow(entry, options))).toBe(
    "usage: There is already a saved workflow 'my-flow'. Add --replace to make this its next version, or choose another name. It is in /tmp/workflows/my-flow.json.",
  );
  saveWorkflow({ ...entry, description: 'Newer.' }, { ...options, replace: true });
  expect(findWorkflow('my-flow', options)).toMatchObject({
    description: 'Newer.',
    keywords: ['own'],
    shipped: false,
    workflow,
  });
  expect(listWorkflows(options).workflows.map(({ name }) => name)).toEqual([
    'count-words',
    'my-flow',
    'summarize-file',
    'summarize-folder',
    'summarize-url',
  ]);
  expect(readdirSync(options.folder)).toEqual(['.history', 'my-flow.json']);
  removeWorkflow('my-flow', options);
  expect(findWorkflow('my-flow', options)).toBeUndefined();
});

test("a user's workflow takes precedence over a shipped one of the same name, which cannot be deleted", () => {
  expect(complaint(() => removeWorkflow('summarize-file', options))).toBe(
    "usage: 'summarize-file' comes with pflow and cannot be deleted. A workflow that you save under this name is used in its place.",
  );
  saveWorkflow({ name: 'summarize-file', description: 'Mine.', keywords: [], workflow }, options);
  expect(getWorkflow('summarize-file', options)).toMatchObject({ description: 'Mine.', shipped: false });
  expect(workflowNames(options).filter((name) => name === 'summarize-file')).toHaveLength(1);
  removeWorkflow('summarize-file', options);
  expect(getWorkflow('summarize-file', options).shipped).toBe(true);
});

test('a corrupt file in the library is one warning, and the other workflows are listed', () => {
  saveWorkflow({ name: 'good', description: '', keywords: [], workflow }, options);
  writeFileSync(join(options.folder, 'bad.json'), '{"description": 5}');
  writeFileSync(join(options.folder, 'torn.json'), '{');
  writeFileSync(join(options.folder, 'Not A Name.json'), '{}');
  const { workflows, warnings } = listWorkflows(options);
  expect(workflows.map(({ name }) => name)).toContain('good');
  expect(warnings.map((warning) => warning.replaceAll(root, '/tmp'))).toEqual([
    "Cannot read the saved workflow '/tmp/workflows/bad.json': description: must be text, not 5.",
    "Cannot read the saved workflow '/tmp/workflows/torn.json': line 1, column 2: the text ends where a key in double quotes or '}' should be.",
  ]);
});

test.each([
  ['My Flow', "a name is lower-case letters and digits, with single '-' between them."],
  ['../escape', "a name is lower-case letters and digits, with single '-' between them."],
  ['a--b', "a name is lower-case letters and digits, with single '-' between them."],
  ['x'.repeat(65), 'a name has at most 64 characters.'],
  ['trace', 'it is the name of a command.'],
])('%s is rejected as the name of a workflow', (name, reason) => {
  expect(nameProblem(name)).toBe(reason);
  expect(() => saveWorkflow({ name, description: '', keywords: [], workflow }, options)).toThrow(reason);
  expect(findWorkflow(name, options)).toBeUndefined();
});

test('the shipped workflows are valid, have descriptions and are found by keywords', () => {
  const { workflows, warnings } = listWorkflows(options);
  expect(warnings).toEqual([]);
  expect(workflows).toHaveLength(4);
  for (const saved of workflows) {
    expect(validateWorkflow(saved.workflow, createRegistry()).problems.map(formatProblem)).toEqual([]);
    expect(saved.description).toMatch(/^[A-Z].*\.$/);
    expect(saved.keywords.length).toBeGreaterThan(3);
    expect(JSON.parse(readFileSync(saved.path, 'utf8'))).toMatchObject({ name: saved.name });
  }
});

test('a parameter that is the path of a text file is replaced by its content, relative to the workflow', () => {
  mkdirSync(join(root, 'texts'));
  put('texts/ask.md', 'Say ${what}.\n');
  put('texts/count.js', 'return 1;\n');
  const path = put('flow.json', {
    nodes: [
      { id: 'ask', type: 'llm', params: { prompt: './texts/ask.md', system: 'not/a/file' } },
      { id: 'count', type: 'code', params: { code: 'texts/count.js' } },
      { id: 'run', type: 'shell', params: { command: './texts/ask.md' } },
    ],
  });
  const { nodes } = loadWorkflow(path, options).source as { nodes: { params: object }[] };
  expect(nodes.map(({ params }) => params)).toEqual([
    { prompt: 'Say ${what}.', system: 'not/a/file' },
    { code: 'return 1;', language: 'javascript' },
    { command: './texts/ask.md' },
  ]);
});

test('all missing text files are reported together, with their lines in the workflow', () => {
  const path = put(
    'flow.pflow.md',
    '## Steps\n### a\n- type: llm\n- prompt: ./no.md\n### b\n- type: code\n- code: ../no.py',
  );
  expect(complaint(() => loadWorkflow(path, options))).toBe(
    [
      "invalid_workflow: line 4, nodes[0].params.prompt: cannot read './no.md': there is no such file.",
      "line 7, nodes[1].params.code: cannot read '../no.py': there is no such file. Paths are resolved relative to /tmp.",
    ].join('\n'),
  );
});
