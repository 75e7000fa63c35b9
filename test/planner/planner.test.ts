import { expect, test } from 'vitest';
import { PflowError } from '../../src/lib/error.js';
import type { WorkflowAnswer } from '../../src/planner/plan/answers.js';
import { NodeFailure } from '../../src/runtime/flow/flow.js';
import { plan, registry, scripted, shipped, type Planned } from './harness.js';

const pathA = ['workflow-discovery', 'parameter-mapping', 'parameter-preparation', 'result-preparation'];
const pathB = [
  'workflow-discovery',
  'component-browsing',
  'parameter-discovery',
  'workflow-generator',
  'parameter-mapping',
  'validator',
  'metadata-generation',
  'parameter-preparation',
  'result-preparation',
];

const input = {
  type: 'string',
  description: 'The file',
  required: false,
  default: 'a.md',
  stdin: false,
} as const;
const good: WorkflowAnswer = {
  reading: ['count the words of a.md → read-file, code'],
  inputs: [{ name: 'file_path', ...input }],
  nodes: [
    {
      id: 'read',
      type: 'read-file',
      purpose: 'Read',
      params: [{ name: 'file_path', value: '${file_path}' }],
      batch: null,
    },
    {
      id: 'count',
      type: 'code',
      purpose: 'Count',
      params: [
        { name: 'inputs', value: '{"text": "${read.content}"}' },
        { name: 'code', value: 'text.length' },
        { name: 'timeout', value: '5' },
      ],
      batch: null,
    },
  ],
  edges: [{ from: 'read', to: 'count', action: 'default' }],
  outputs: [{ name: 'result', description: 'How long', source: '${count.result}' }],
};
const [read, count] = good.nodes as [WorkflowAnswer['nodes'][number], WorkflowAnswer['nodes'][number]];
const unknownType: WorkflowAnswer = { ...good, nodes: [{ ...read, type: 'read-fil' }, count] };
const badTemplate: WorkflowAnswer = {
  ...good,
  outputs: [{ name: 'result', description: '', source: '${count.words}' }],
};

const generation = {
  'workflow-discovery': [{ found: false, workflow_name: null, reasoning: 'None does.' }],
  'component-browsing': [
    { node_types: ['read-file', 'code', 'no-such-type'], reasoning: 'Read, then count.' },
  ],
  'parameter-discovery': [
    { parameters: [{ name: 'file_path', type: 'string', value: 'a.md', description: 'The file' }] },
  ],
  'metadata-generation': [{ name: 'Measure File!', description: 'Measures a file. ' }],
};

test('a request that matches a saved workflow takes path A, by rules and without a model', async () => {
  const { plan: made, path } = await plan('summarize README.md', { saved: shipped });
  expect(path).toEqual(pathA);
  expect(made).toMatchObject({
    origin: 'saved',
    name: 'summarize-file',
    params: { file_path: 'README.md' },
    reading: ["summarize README.md → saved workflow 'summarize-file'"],
  });
  expect(made.workflow.nodes.map(({ type }) => type)).toEqual(['read-file', 'llm']);
});

const reused: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['summarize https://example.com', 'summarize-url', { url: 'https://example.com' }],
  ['summarize *.txt in notes', 'summarize-folder', { directory: 'notes', pattern: '*.txt' }],
  ['count words in "a b.txt"', 'count-words', { file_path: 'a b.txt' }],
  ['how many words are in a.txt?', 'count-words', { file_path: 'a.txt' }],
  ['run summarize-file on a.md', 'summarize-file', { file_path: 'a.md' }],
  [
    'use the workflow summarize-folder with directory="my docs" pattern=*.md',
    'summarize-folder',
    { directory: 'my docs', pattern: '*.md' },
  ],
  ['summarize-file file_path=a.md', 'summarize-file', { file_path: 'a.md' }],
];

for (const [request, name, params] of reused) {
  test(`"${request}" reuses the saved workflow ${name}`, async () => {
    expect((await plan(request, { saved: shipped })).plan).toMatchObject({ origin: 'saved', name, params });
  });
}

for (const request of [
  'summarize README.md in 3 sentences',
  'count lines in a.txt',
  'summarize a.md and save it to b.md',
  'read a.md',
]) {
  test(`"${request}" does not match a saved workflow exactly and is planned`, async () => {
    expect((await plan(request, { saved: shipped })).plan.origin).toBe('planned');
  });
}

test('a request without a matching saved workflow takes path B, by rules and without a model', async () => {
  const { plan: made, path } = await plan(
    'fetch https://example.com, summarize it in 2 sentences and save it to n.md',
    { saved: shipped },
  );
  expect(path).toEqual(pathB);
  expect(made).toMatchInlineSnapshot(`
    {
      "name": "fetch-url-summarize-write",
      "origin": "planned",
      "params": {
        "output_path": "n.md",
        "sentences": 2,
        "url": "https://example.com",
      },
      "reading": [
        "fetch https://example.com → http",
        "summarize it in 2 sentences → llm",
        "save it to n.md → write-file",
      ],
      "workflow": {
        "description": "Fetch url, then summarize, then write.",
        "edges": [
          {
            "action": "default",
            "from": "fetch",
            "to": "summarize",
          },
          {
            "action": "default",
            "from": "summarize",
            "to": "write",
          },
        ],
        "enable_namespacing": true,
        "inputs": {
          "output_path": {
            "default": "n.md",
            "description": "The file to write",
            "required": false,
            "type": "string",
          },
          "sentences": {
            "default": 2,
            "description": "How long a summary is",
            "required": false,
            "type": "number",
          },
          "url": {
            "default": "https://example.com",
            "description": "The address to fetch",
            "required": false,
            "type": "string",
          },
        },
        "ir_version": "0.1.0",
        "name": "fetch-url-summarize-write",
        "nodes": [
          {
            "id": "fetch",
            "params": {
              "url": "\${url}",
            },
            "purpose": "Fetch the page",
            "type": "http",
          },
          {
            "id": "summarize",
            "params": {
              "prompt": "Summarize the following text in \${sentences} sentences:

    \${fetch.text}",
            },
            "purpose": "Summarize the text",
            "type": "llm",
          },
          {
            "id": "write",
            "params": {
              "content": "\${summarize.response}",
              "file_path": "\${output_path}",
            },
            "purpose": "Write the file",
            "type": "write-file",
          },
        ],
        "outputs": {
          "result": {
            "source": "\${write.written}",
          },
        },
        "template_resolution_mode": "strict",
      },
    }
  `);
});

test("a model's match of a saved workflow takes path A, and unknown or null values are dropped", async () => {
  const llm = scripted({
    'workflow-discovery': [{ found: true, workflow_name: 'summarize-folder', reasoning: 'It does that.' }],
    'parameter-mapping': [
      {
        values: [
          { input: 'directory', value: 'docs' },
          { input: 'pattern', value: null },
          { input: 'nonsense', value: 'x' },
        ],
      },
    ],
  });
  const { plan: made, path, store } = await plan('what is in my docs, in short?', { llm, saved: shipped });
  expect(path).toEqual(pathA);
  expect(made).toMatchObject({ name: 'summarize-folder', params: { directory: 'docs' } });
  expect(store).toMatchObject({ found_workflow: 'summarize-folder', found_because: 'It does that.' });
});

test("a model's new workflow takes path B, and no call is made for nodes that need none", async () => {
  const llm = scripted({ ...generation, 'workflow-generator': [good] });
  const { plan: made, path, store } = await plan('how long is a.md?', { llm, saved: shipped });
  expect(path).toEqual(pathB);
  expect(llm.asked.map(({ task }) => task!.name)).toEqual([
    'workflow-discovery',
    'component-browsing',
    'parameter-discovery',
    'workflow-generator',
    'metadata-generation',
  ]);
  expect(made).toMatchObject({
    origin: 'planned',
    name: 'measure-file',
    params: { file_path: 'a.md' },
    reading: good.reading,
    workflow: {
      name: 'measure-file',
      description: 'Measures a file.',
      inputs: { file_path: { default: 'a.md', required: false } },
    },
  });
  expect(made.workflow.nodes[1]!.params).toEqual({
    inputs: { text: '${read.content}' },
    code: 'text.length',
    timeout: 5,
  });
  expect(store.selected_types).toEqual(['read-file', 'code']);
});

test('discovery makes no call when no workflow is saved', async () => {
  const llm = scripted({ ...generation, 'workflow-discovery': [], 'workflow-generator': [good] });
  expect((await plan('how long is a.md?', { llm })).store.found_because).toBe('No workflows are saved.');
});

test('validation problems are returned to the generator for up to two repairs', async () => {
  const llm = scripted({ ...generation, 'workflow-generator': [unknownType, badTemplate, good] });
  const { plan: made, path, store } = await plan('how long is a.md?', { llm, saved: shipped });
  expect(path.filter((node) => node === 'workflow-generator')).toHaveLength(3);
  expect(made.name).toBe('measure-file');
  expect(store).toMatchObject({ attempts: 3, problems: [] });
  const prompts = llm.asked
    .filter(({ task }) => task!.name === 'workflow-generator')
    .map(({ prompt }) => prompt);
  expect(prompts[0]).not.toContain('was not valid');
  expect(prompts[1]).toContain("- nodes[0].type: there is no node type 'read-fil'.");
  expect(prompts[2]).toContain("node 'count' does not output 'words'");
  expect(prompts[2]).not.toContain("read-fil'");
});

test('a repair sees every node type, and the first attempt only the types selected by browsing', async () => {
  const llm = scripted({ ...generation, 'workflow-generator': [unknownType, good] });
  await plan('how long is a.md?', { llm, saved: shipped });
  const [first, repair] = llm.asked
    .filter(({ task }) => task!.name === 'workflow-generator')
    .map(({ prompt }) => typesIn(prompt));
  expect(first).toEqual(['code', 'read-file']);
  expect(repair).toEqual(
    registry
      .list()
      .map(({ type }) => type)
      .toSorted(),
  );
});

test('three invalid workflows end planning with the problems of the last one', async () => {
  const llm = scripted({ ...generation, 'workflow-generator': [unknownType, unknownType, badTemplate] });
  const error = await refusal(plan('how long is a.md?', { llm, saved: shipped }));
  expect(error.code).toBe('cannot_plan');
  expect(error.message).toMatch(
    /^No valid workflow came out of 3 attempts\. The last one has 1 problem: outputs\.result\.source: node 'count' does not output 'words'/,
  );
});

test('a workflow without outputs is a problem to repair', async () => {
  const llm = scripted({ ...generation, 'workflow-generator': [{ ...good, outputs: [] }, good] });
  expect((await plan('how long is a.md?', { llm, saved: shipped })).store.attempts).toBe(2);
});

test('all required inputs without a value are named, with how to pass them', async () => {
  const needy = { ...good, inputs: [{ name: 'file_path', ...input, required: true, default: null }] };
  const llm = scripted({
    ...generation,
    'parameter-discovery': [{ parameters: [] }],
    'workflow-generator': [needy],
    'parameter-mapping': [{ values: [{ input: 'file_path', value: null }] }],
  });
  expect(await refusal(plan('how long is it?', { llm, saved: shipped }))).toMatchObject({
    code: 'cannot_plan',
    message: "Input 'file_path' is missing (The file).",
    hint: 'Give inputs as: file_path=…',
  });
});

test('a named saved workflow without its values is refused with the missing inputs', async () => {
  expect(await refusal(plan('run summarize-file', { saved: shipped }))).toMatchObject({
    code: 'cannot_plan',
    message: "Input 'file_path' is missing (The file to summarize).",
  });
});

test('values given as arguments take precedence over the request and do not become defaults', async () => {
  const { plan: saved } = await plan('summarize README.md', {
    saved: shipped,
    given: { file_path: 'other.md' },
  });
  expect(saved).toMatchObject({ name: 'summarize-file', params: { file_path: 'other.md' } });
  const { plan: planned } = await plan('read README.md', { given: { file_path: 'other.md' } });
  expect(planned.params).toEqual({ file_path: 'other.md' });
  expect(planned.workflow.inputs['file_path']!.default).toBe('README.md');
});

test('an argument that no input takes is an error', async () => {
  expect(await refusal(plan('read README.md', { given: { file_pat: 'other.md' } }))).toMatchObject({
    code: 'cannot_plan',
    message: expect.stringContaining("The workflow has no input 'file_pat'.") as string,
  });
});

test('piped text is the value of the stdin input', async () => {
  const { plan: made } = await plan('summarize stdin', { stdin: true });
  expect(made.workflow.inputs['stdin']).toMatchObject({ stdin: true, required: true });
  expect(made.params).toEqual({});
  expect((await refusal(plan('summarize stdin'))).message).toContain("Input 'stdin' is missing");
});

test('neither a request nor a model can confirm the deletion of files', async () => {
  const { plan: byRule } = await plan('delete old.log');
  expect(byRule.workflow.inputs['confirm_delete']).toMatchObject({ type: 'boolean', default: false });
  const confirming = {
    ...good,
    inputs: [...good.inputs, { ...input, name: 'confirm_delete', type: 'boolean', default: 'true' }],
    nodes: [{ ...read, type: 'delete-file' }],
    edges: [],
    outputs: [{ name: 'result', description: '', source: '${read.deleted}' }],
  };
  const parameters = [{ name: 'confirm_delete', type: 'boolean', value: 'true', description: '' }];
  const llm = scripted({
    ...generation,
    'parameter-discovery': [{ parameters }],
    'workflow-generator': [confirming],
  });
  const { plan: byModel } = await plan('delete a.md, I confirm', { llm, saved: shipped });
  expect(byModel.params).toEqual({});
  expect(byModel.workflow.inputs['confirm_delete']!.default).toBe(false);
});

test('an invalid saved workflow is skipped with a warning', async () => {
  const warnings: string[] = [];
  const broken = {
    name: 'read-file-twice',
    description: '',
    keywords: ['read', 'file'],
    workflow: { nodes: [{ id: 'a', type: 'nothing' }] },
  };
  expect((await plan('read a.md', { saved: [broken], warnings })).plan.origin).toBe('planned');
  expect(warnings.join()).toContain(
    "The saved workflow 'read-file-twice' is not valid and is left out: nodes[0].type",
  );
});

test("a model's match of an unknown workflow does not end planning", async () => {
  const warnings: string[] = [];
  const llm = scripted({
    ...generation,
    'workflow-discovery': [{ found: true, workflow_name: 'invented', reasoning: '' }],
    'workflow-generator': [good],
  });
  expect((await plan('how long is a.md?', { llm, saved: shipped, warnings })).plan.origin).toBe('planned');
  expect(warnings).toEqual(["The model chose 'invented', which is not saved."]);
});

test('an empty request and a request of a megabyte are refused before any call', async () => {
  const llm = scripted({});
  expect(await refusal(plan(' \n\t ', { llm, saved: shipped }))).toMatchObject({
    code: 'cannot_plan',
    message: 'The request is empty.',
  });
  expect(await refusal(plan('x'.repeat(1_000_000), { llm, saved: shipped }))).toMatchObject({
    code: 'cannot_plan',
    message: 'The request is too long: 1,000,000 characters (limit 100,000).',
  });
  expect(llm.asked).toEqual([]);
});

test('a request that needs a model is refused by the first node that would call it', async () => {
  expect((await refusal(plan('translate README.md to French', { saved: shipped }))).code).toBe('needs_model');
});

test('planning is refused when the model finds only unknown node types', async () => {
  const llm = scripted({
    ...generation,
    'component-browsing': [{ node_types: ['send-fax'], reasoning: 'Nothing can fax.' }],
  });
  expect((await refusal(plan('fax a.md', { llm, saved: shipped }))).message).toBe(
    'No node type can do this. Nothing can fax.',
  );
});

test("a response that does not match the schema is an error with the task's name", async () => {
  const llm = scripted({ 'workflow-discovery': [{ yes: true }] });
  expect((await refusal(plan('x', { llm, saved: shipped }))).message).toBe(
    "The model's answer for 'workflow-discovery' does not match the requested schema.",
  );
});

async function refusal(planned: Promise<Planned>): Promise<PflowError> {
  const failure: unknown = await planned.then(
    () => new Error('it was planned'),
    (error: unknown) => error,
  );
  const thrown = failure instanceof NodeFailure ? failure.cause : failure;
  if (thrown instanceof PflowError) return thrown;
  throw thrown;
}

/** The node types that a prompt of the generator documents, sorted. */
function typesIn(prompt: string): string[] {
  const known = new Set(registry.list().map(({ type }) => type));
  return [...prompt.matchAll(/^## (\S+)$/gm)]
    .map(([, type]) => type!)
    .filter((type) => known.has(type))
    .toSorted();
}
