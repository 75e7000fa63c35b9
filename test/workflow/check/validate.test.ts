import { expect, test } from 'vitest';
import { createRegistry } from '../../../src/nodes/registry.js';
import { formatProblem } from '../../../src/workflow/format/problem.js';
import { validateStrictly, validateWorkflow } from '../../../src/workflow/check/validate.js';

const types = createRegistry();

type Json = Record<string, unknown>;

const read = { id: 'read', type: 'read-file', params: { file_path: 'a.txt' } };
const fetch = { id: 'fetch', type: 'http', params: { url: 'https://example.org' } };
const echo = (message: unknown, more: Json = {}) => ({
  id: 'say',
  type: 'echo',
  params: { message },
  ...more,
});

/** A workflow with a chain of nodes. */
const chain = (nodes: readonly (Json & { id: string })[], more: Json = {}): Json => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, i) => ({ from: nodes[i]!.id, to: id })),
  ...more,
});

const problems = (source: unknown) => {
  const { problems: errors, warnings } = validateWorkflow(source, types);
  return [...errors, ...warnings].map(formatProblem);
};

test('an unknown parameter of a node is a warning and is dropped', () => {
  const {
    workflow,
    problems: errors,
    warnings,
  } = validateWorkflow(chain([{ ...read, params: { file_path: 'a.txt', file_pat: '${nowhere}' } }]), types);
  expect(errors).toEqual([]);
  expect(warnings.map(formatProblem)).toEqual([
    "nodes[0].params.file_pat: node type 'read-file' has no 'file_pat'. It has: file_path, encoding. Did you mean 'file_path'?",
  ]);
  expect(workflow?.nodes[0]?.params).toEqual({ file_path: 'a.txt' });
  expect(validateStrictly(chain([{ ...read, params: { file_path: 'a', x: 1 } }]), types)).toMatchObject({
    workflow: undefined,
    problems: [{ path: 'nodes[0].params.x' }],
  });
});

test.each<[string, unknown, string[]]>([
  [
    'a workflow that is a list',
    [],
    [
      'a workflow must be an object, not a list. It looks like {"nodes": [{"id": …, "type": …, "params": {…}}], "edges": […]}.',
    ],
  ],
  ['an empty object', {}, ['nodes: is missing; it must be a list.']],
  [
    'an empty list of nodes',
    { nodes: [] },
    ['nodes: must be a list with at least 1 element, not an empty list.'],
  ],
  ['a node that is text', { nodes: ['read'] }, ["nodes[0]: must be an object, not 'read'."]],
  [
    'a node without id and type',
    { nodes: [{}] },
    ['nodes[0].id: is missing; it must be text.', 'nodes[0].type: is missing; it must be text.'],
  ],
  [
    'an invalid id',
    { nodes: [{ ...read, id: '1st' }] },
    ["nodes[0].id: must be a letter or '_', then letters, digits, '_' or '-', not '1st'."],
  ],
  [
    'a reserved id',
    { nodes: [{ ...read, id: '__proto__' }] },
    ["nodes[0].id: '__proto__' is reserved: names of the form __x__ belong to the runtime."],
  ],
  [
    'params that are a list',
    { nodes: [{ ...read, type: 'echo', params: [] }] },
    ['nodes[0].params: must be an object, not an empty list.'],
  ],
  [
    'an unknown key',
    chain([read], { node: [] }),
    [
      "node: a workflow has no 'node'. It has: ir_version, name, description, keywords, tags, inputs, outputs, nodes, edges, start_node, enable_namespacing, template_resolution_mode. Did you mean 'nodes', 'start_node' or 'name'?",
    ],
  ],
  [
    'an unknown key of a node',
    chain([{ ...read, parms: {} } as typeof read]),
    [
      "nodes[0].parms: a node has no 'parms'. It has: id, type, purpose, params, timeout, batch, retry, loop, error_action, raw. Did you mean 'params'?",
    ],
  ],
  [
    'an unknown key of an edge',
    { nodes: [read, echo('x')], edges: [{ from: 'read', to: 'say', when: 'x' }] },
    ["edges[0].when: an edge has no 'when'. It has: from, to, action."],
  ],
  [
    'a newer format version',
    chain([read], { ir_version: '2.0.0' }),
    ["ir_version: '2.0.0' is not known here. This version of pflow reads 0.1.0."],
  ],
  [
    'an invalid mode',
    chain([read], { template_resolution_mode: 'strickt' }),
    ["template_resolution_mode: must be one of strict, permissive, not 'strickt'. Did you mean 'strict'?"],
  ],
  [
    'an unknown node type',
    chain([{ ...read, type: 'read-fil' }]),
    ["nodes[0].type: there is no node type 'read-fil'. Did you mean 'read-file'?"],
  ],
  [
    'a node type without a near match',
    chain([{ ...read, type: 'kubernetes' }]),
    [
      "nodes[0].type: there is no node type 'kubernetes'. There are: read-file, write-file, copy-file, move-file, delete-file, list-files, http, shell, git-log, git-diff, llm, code, json-query, split-text, workflow, echo, test, test-retry, test-structured.",
    ],
  ],
  [
    'a duplicate node id',
    { nodes: [read, read] },
    ["nodes[1].id: 'read' is already the id of nodes[0]. Every node needs an id of its own."],
  ],
  [
    'an edge to a missing node',
    { nodes: [read], edges: [{ from: 'reed', to: 'nirvana' }] },
    [
      "edges[0].from: there is no node 'reed'. Did you mean 'read'?",
      "edges[0].to: there is no node 'nirvana'. There are: read.",
    ],
  ],
  [
    'a missing start node',
    chain([read], { start_node: 'raed' }),
    ["start_node: there is no node 'raed'. Did you mean 'read'?"],
  ],
  [
    'an unreachable node',
    { nodes: [read, echo('x')] },
    [
      "nodes[1]: no path of edges leads from 'read' to 'say', so it would never run. Add an edge to it or remove it.",
    ],
  ],
  [
    'an endless loop',
    {
      nodes: [read, echo('x'), fetch],
      edges: [
        { from: 'read', to: 'say' },
        { from: 'say', to: 'fetch' },
        { from: 'fetch', to: 'say' },
      ],
    },
    [
      "nodes[0]: 'say' → 'fetch' → 'say' goes round for ever: no edge leads out of it. Let a code node in it choose the way, by assigning `next`.",
    ],
  ],
  [
    'two endless loops',
    {
      nodes: [read, echo('x')],
      edges: [
        { from: 'read', to: 'read' },
        { from: 'read', to: 'say', action: 'error' },
        { from: 'say', to: 'say' },
      ],
    },
    [
      "nodes[0]: 'read' → 'read' goes round for ever: no edge leads out of it. Let a code node in it choose the way, by assigning `next`.",
      "nodes[1]: 'say' → 'say' goes round for ever: no edge leads out of it. Let a code node in it choose the way, by assigning `next`.",
    ],
  ],
  [
    'a duplicate edge for one action',
    {
      nodes: [read, echo('x'), fetch],
      edges: [
        { from: 'read', to: 'say' },
        { from: 'read', to: 'fetch' },
      ],
    },
    [
      "edges[1].action: node 'read' already has an edge for the action 'default' (edges[0], to 'say'). An action leads to one node.",
    ],
  ],
  [
    'an edge for an action that the node does not return',
    { nodes: [read, echo('x')], edges: [{ from: 'read', to: 'say', action: 'eror' }] },
    [
      "edges[0].action: node 'read' (read-file) never ends with 'eror'. It ends with: default, error. Did you mean 'error'?",
    ],
  ],
  [
    'a reference to an unknown output',
    chain([fetch, echo('Mail: ${fetch.email}')]),
    [
      "nodes[1].params.message: node 'fetch' does not output 'email'. It outputs: response, text, status_code, response_headers, response_time, response_is_binary, error.",
    ],
  ],
  [
    'a reference to a misspelt output',
    chain([fetch, echo('${fetch.respose}')]),
    [
      "nodes[1].params.message: node 'fetch' does not output 'respose'. It outputs: response, text, status_code, response_headers, response_time, response_is_binary, error. Did you mean ${fetch.response}?",
    ],
  ],
  [
    'a template with an unknown name',
    chain([read, echo('${reed.content}')]),
    [
      "nodes[1].params.message: ${reed.content} leads nowhere: there is no input and no node 'reed'. Did you mean ${read.content}?",
    ],
  ],
  [
    'a shell expansion',
    chain([{ id: 'run', type: 'shell', params: { command: 'echo ${HOME}' } }]),
    [
      "nodes[0].params.command: ${HOME} leads nowhere: there is no input and no node 'HOME'. Declare it as an input, or write $${HOME} for the text itself.",
    ],
  ],
  [
    'a nested template in a parameter',
    chain([{ ...fetch, params: { url: 'https://x.org', headers: { 'x-key': ['${key}'] } } }]),
    [
      "nodes[0].params.headers.x-key[0]: ${key} leads nowhere: there is no input and no node 'key'. Declare it as an input, or write $${key} for the text itself.",
    ],
  ],
  [
    'an incomplete template',
    chain([read, echo('${ read.content } and ${read.lines[i]}')]),
    [
      'nodes[1].params.message: ${ read.content } is not a template and would stay as text. Templates look like ${node.key}, ${node.list[0].field}.',
      'nodes[1].params.message: ${read.lines[i]} is not a template and would stay as text. Templates look like ${node.key}, ${node.list[0].field}.',
    ],
  ],
  [
    'a path into a number',
    chain([fetch, echo('${fetch.status_code.x}')]),
    [
      "nodes[1].params.message: ${fetch.status_code.x} leads nowhere: 'status_code' of node 'fetch' is a number and has no 'x'.",
    ],
  ],
  [
    'a name as the index of a list',
    chain([{ id: 'list', type: 'list-files' }, echo('${list.files.name}')]),
    [
      "nodes[1].params.message: ${list.files.name} leads nowhere: 'files' of node 'list' is a list: its elements are [0] and so on, not 'name'.",
    ],
  ],
  [
    'an unknown field of an object',
    chain([{ id: 'user', type: 'test-structured' }, echo('${user.user_data.profile.phone}')]),
    [
      "nodes[1].params.message: ${user.user_data.profile.phone} leads nowhere: 'profile' in 'user_data' of node 'user' is an object without 'phone'. It has: name, email, age.",
    ],
  ],
  [
    'a reference to a later node',
    chain([echo('${read.content}'), read]),
    [
      "nodes[0].params.message: node 'read' cannot have run before 'say': no path of edges leads from 'read' to 'say'.",
    ],
  ],
  [
    'a node that refers to itself',
    chain([echo('${say.echo}')]),
    [
      "nodes[0].params.message: node 'say' has no output yet when it begins: no path of edges leads back to it.",
    ],
  ],
  [
    'a missing parameter',
    chain([{ ...read, params: {} }]),
    [
      "nodes[0].params.file_path: is missing. Node type 'read-file' needs it (text: Path of the file to read).",
    ],
  ],
  [
    'an unknown parameter',
    chain([{ ...read, params: { file_path: 'a', encodign: 'utf-8' } } as typeof read]),
    [
      "nodes[0].params.encodign: node type 'read-file' has no 'encodign'. It has: file_path, encoding. Did you mean 'encoding'?",
    ],
  ],
  [
    'parameters of the wrong type',
    chain([{ ...fetch, params: { url: 'https://x.org', timeout: 'soon', headers: 'none' } }]),
    [
      "nodes[0].params.headers: must be an object, not 'none'.",
      "nodes[0].params.timeout: must be a number, not 'soon'.",
    ],
  ],
  [
    'a parameter out of range',
    chain([{ id: 'ask', type: 'llm', params: { prompt: '', temperature: 3, max_tokens: 1.5 } }]),
    [
      "nodes[0].params.prompt: must be text with at least 1 character, not ''.",
      'nodes[0].params.temperature: must be at most 2, not 3.',
      'nodes[0].params.max_tokens: must be a whole number, not 1.5.',
    ],
  ],
  [
    'a parameter that matches no type of a union',
    chain([{ id: 'ask', type: 'llm', params: { prompt: 'x', images: 5 } }]),
    ['nodes[0].params.images: must be text or a list, not 5.'],
  ],
  [
    'a list element of the wrong type',
    chain([{ id: 'ask', type: 'llm', params: { prompt: 'x', images: ['a', 5] } }]),
    ['nodes[0].params.images[1]: must be text, not 5.'],
  ],
  [
    'an input with a default of the wrong type',
    chain([read], { inputs: { n: { type: 'int', default: 'many' } } }),
    ["inputs.n.default: must be a whole number, not 'many'."],
  ],
  [
    'an input of unknown type',
    chain([read], { inputs: { n: { type: 'text' } } }),
    [
      "inputs.n.type: must be one of string, number, boolean, object, array, str, int, integer, float, bool, dict, list, any, not 'text'.",
    ],
  ],
  [
    'an input with a name that templates cannot contain',
    chain([read], { inputs: { 'my file': {}, __x__: {} } }),
    [
      "inputs[\"my file\"]: ${my file} would not be a template. A name is a letter or '_', then letters, digits, '_' or '-'.",
      "inputs.__x__: '__x__' is reserved: names of the form __x__ belong to the runtime.",
    ],
  ],
  [
    'an input with the name of a node',
    chain([read], { inputs: { read: {} } }),
    ["nodes[0].id: 'read' is also the name of an input, so ${read} could mean either. Rename one of them."],
  ],
  [
    'a path into a numeric input',
    chain([echo('${n.x}')], { inputs: { n: { type: 'int' } } }),
    ["nodes[0].params.message: ${n.x} leads nowhere: input 'n' is a number and has no 'x'."],
  ],
  [
    'an output without a source',
    chain([read], { outputs: { a: { source: '${read.text}' }, b: { source: 'read.content' }, c: {} } }),
    [
      "outputs.a.source: node 'read' does not output 'text'. It outputs: content, content_is_binary, file_path, error.",
      "outputs.b.source: must be a template such as ${node.key}, not 'read.content'.",
      "outputs.c: has no source, and no node outputs 'c'. Give it a source such as ${node.key}.",
    ],
  ],
  [
    'a batch over text',
    chain([echo('${item}', { batch: { items: 'a, b' } })]),
    ['nodes[0].batch.items: must be a list, or a template that resolves to one, such as ${node.list}.'],
  ],
  [
    'a batch over a number',
    chain([fetch, echo('${item}', { batch: { items: '${fetch.status_code}' } })]),
    ['nodes[1].batch.items: must be a list, and this template gives a number.'],
  ],
  [
    'a batch over an unknown name',
    chain([echo('${item}', { batch: { items: '${files}' } })]),
    [
      "nodes[0].batch.items: ${files} leads nowhere: there is no input and no node 'files'. Declare it as an input, or write $${files} for the text itself.",
    ],
  ],
  [
    'batch items that refer to themselves',
    chain([echo('x', { batch: { items: '${item.list}' } })]),
    [
      "nodes[0].batch.items: ${item.list} leads nowhere: there is no input and no node 'item'. Declare it as an input, or write $${item.list} for the text itself.",
    ],
  ],
  [
    'a misspelt setting of a batch',
    chain([echo('x', { batch: { items: [1], paralel: true, error_handling: 'ignore' } })]),
    [
      "nodes[0].batch.error_handling: must be one of fail_fast, continue, not 'ignore'.",
      "nodes[0].batch.paralel: a batch has no 'paralel'. It has: items, as, parallel, max_concurrent, max_retries, retry_wait, error_handling. Did you mean 'parallel'?",
    ],
  ],
  [
    'an output of a batch node read like that of a single node',
    chain([
      echo('${item}', { batch: { items: [1] } }),
      { id: 'end', type: 'echo', params: { message: '${say.echo}' } },
    ]),
    [
      "nodes[1].params.message: node 'say' does not output 'echo'. It outputs: results, count, success_count, error_count, errors, batch_metadata. It is a batch: ${say.results[0].echo} is that of its first element.",
    ],
  ],
  [
    'an unknown field of the elements',
    chain([
      { id: 'user', type: 'test-structured' },
      echo('${tag.size}', { batch: { items: '${user.tags}', as: 'tag' } }),
    ]),
    [
      "nodes[1].params.message: ${tag.size} leads nowhere: element 'tag' is an object without 'size'. It has: name, color.",
    ],
  ],
  [
    'a node id before an output without a namespace',
    chain([read, echo('${read.content} ${contents}')], { enable_namespacing: false }),
    [
      "nodes[1].params.message: without namespaces the outputs of node 'read' are at the root: ${content}, not ${read.content}.",
      "nodes[1].params.message: ${contents} leads nowhere: there is no input and no node 'contents'. Declare it as an input, or write $${contents} for the text itself.",
    ],
  ],
  [
    'a feature of published pflow that is not supported',
    {
      ...chain([
        echo('x', { cache: true }),
        { id: 'ask', type: 'llm', params: { prompt: 'x', prompt_cache: ['a'], inputs: {}, cache: false } },
      ]),
      mappings: { say: {} },
      outputs: { a: { value: '${ask.response}' } },
    },
    [
      "mappings: a workflow has no 'mappings'. It has: ir_version, name, description, keywords, tags, inputs, outputs, nodes, edges, start_node, enable_namespacing, template_resolution_mode. Write templates in the parameters that the mappings were for, such as ${node.key}.",
      "outputs.a.value: an output has no 'value'. It has: type, description, source, stdout. Did you mean 'source'?",
      "nodes[0].cache: a node has no 'cache'. It has: id, type, purpose, params, timeout, batch, retry, loop, error_action, raw. Every node runs each time; `pflow rerun <trace> --from <node>` keeps what came before a node.",
      "outputs.a: has no source, and no node outputs 'a'. Give it a source such as ${node.key}.",
      "nodes[1].params.prompt_cache: node type 'llm' has no 'prompt_cache'. It has: prompt, system, images, model, temperature, schema, max_tokens. Put the shared text itself at the beginning of each prompt: providers cache what prompts begin with.",
      "nodes[1].params.inputs: node type 'llm' has no 'inputs'. It has: prompt, system, images, model, temperature, schema, max_tokens. Write ${node.key} in the parameters where the value is used.",
    ],
  ],
  [
    'two outputs that are both marked for stdout',
    chain([echo('x')], {
      outputs: { a: { source: '${say.echo}', stdout: true }, b: { source: '${say.data}', stdout: true } },
    }),
    ["outputs.b.stdout: only one output can be what is printed, and 'a' is it already."],
  ],
  [
    'fallbacks with unknown names',
    chain([read, echo('${reed.content ?? read.contents ?? "none"} ${read.content ?? \'none\'}')]),
    [
      "nodes[1].params.message: ${reed.content} leads nowhere: there is no input and no node 'reed'. Did you mean ${read.content}?",
      "nodes[1].params.message: node 'read' does not output 'contents'. It outputs: content, content_is_binary, file_path, error. Did you mean ${read.content}?",
      'nodes[1].params.message: ${read.content ?? \'none\'} is not a template and would stay as text. Templates look like ${node.key ?? other.key ?? "text"}.',
    ],
  ],
  [
    'an index with an unknown name, and a path after it',
    chain([
      { id: 'user', type: 'test-structured' },
      echo('${user.user_data.profile[${n}]} ${user.tags[${i}].size}', {
        batch: { items: [1], as: 'i' },
      }),
    ]),
    [
      "nodes[1].params.message: ${user.user_data.profile[${n}]} leads nowhere: 'profile' in 'user_data' of node 'user' is an object and no list. It has: name, email, age.",
      "nodes[1].params.message: ${n} leads nowhere: there is no input and no node 'n'. Declare it as an input, or write $${n} for the text itself.",
      "nodes[1].params.message: ${user.tags[${i}].size} leads nowhere: '[…]' in 'tags' of node 'user' is an object without 'size'. It has: name, color.",
    ],
  ],
  [
    'a batch with a negative number of retries',
    chain([echo('${item}', { batch: { items: [1], max_retries: -1 } })]),
    ['nodes[0].batch.max_retries: must be at least 0, not -1.'],
  ],
  [
    'an unknown output in a permissive workflow',
    chain([read, echo('${HOME} ${read.text}')], { template_resolution_mode: 'permissive' }),
    [
      "nodes[1].params.message: node 'read' does not output 'text'. It outputs: content, content_is_binary, file_path, error.",
    ],
  ],
])('%s is reported with its path and a suggestion', (_name, source, expected) => {
  expect(problems(source)).toEqual(expected);
});

test.each(['from', 'to', 'action'])(
  'an edge whose %s is missing, empty or not text is a problem, in a chain and in a loop',
  (field) => {
    for (const wrong of [undefined, '', null, 7, {}, []]) {
      for (const back of [[], [{ from: 'say', to: 'read' }]]) {
        const edge = { from: 'read', to: 'say', [field]: wrong };
        const found = problems({ nodes: [read, echo('x')], edges: [edge, ...back] });
        if (field === 'action' && wrong === undefined) continue;
        expect([edge, found.join('\n')]).toEqual([edge, expect.stringContaining(`edges[0].${field}`)]);
      }
    }
  },
);

test('all problems are reported together', () => {
  const source = {
    nodes: [{ id: 'a', type: 'reed-file', params: { file_path: '${x}' } }, { id: 'b' }, 7],
    edges: [{ from: 'a', to: 'c', colour: 'red' }, { to: 'b' }],
    start_node: 'z',
  };
  expect(problems(source)).toMatchInlineSnapshot(`
    [
      "nodes[1].type: is missing; it must be text.",
      "nodes[2]: must be an object, not 7.",
      "edges[1].from: is missing; it must be text.",
      "edges[0].colour: an edge has no 'colour'. It has: from, to, action.",
      "nodes[0].type: there is no node type 'reed-file'. Did you mean 'read-file'?",
      "nodes[0].params.file_path: \${x} leads nowhere: there is no input and no node 'x'. Declare it as an input, or write $\${x} for the text itself.",
      "edges[0].to: there is no node 'c'. There are: a, b.",
      "start_node: there is no node 'z'. There are: a, b.",
    ]
  `);
});

test('a problem consists of path, message and hint', () => {
  expect(validateWorkflow(chain([{ ...read, type: 'read-fil' }]), types).problems).toEqual([
    {
      path: 'nodes[0].type',
      message: "there is no node type 'read-fil'.",
      hint: "Did you mean 'read-file'?",
    },
  ]);
});

test('values that JSON cannot represent are rejected, including cycles and excessive nesting', () => {
  const loop: Json = chain([read]);
  loop['inputs'] = { a: { default: loop } };
  expect(problems(loop)).toEqual(['inputs.a.default: refers to itself, which JSON cannot.']);
  const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown;
  expect(problems(chain([echo(deep)]))).toEqual(['nodes[0].params: is nested more than 100 levels deep.']);
});

test.each<[string, Json]>([
  [
    'loops back to an earlier node',
    {
      nodes: [
        { id: 'a', type: 'echo', params: { data: '${b.test_output}' } },
        { id: 'b', type: 'test', params: { test_input: '${a.echo}' } },
        { id: 'c', type: 'echo' },
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a', action: 'retry' },
        { from: 'b', to: 'c' },
      ],
    },
  ],
  [
    'handles an error',
    {
      nodes: [fetch, echo('${fetch.error} ${fetch.status_code}')],
      edges: [{ from: 'fetch', to: 'say', action: 'error' }],
    },
  ],
  [
    'handles an error of a type that declares none',
    {
      nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'x' } }, echo('${ask.error}')],
      edges: [{ from: 'ask', to: 'say', action: 'error' }],
    },
  ],
  [
    'joins after a branch',
    {
      nodes: [
        { id: 'a', type: 'test' },
        { id: 'b', type: 'echo' },
        { id: 'c', type: 'echo' },
        { id: 'd', type: 'echo', params: { message: '${b.echo}${c.echo}' } },
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c', action: 'error' },
        { from: 'b', to: 'd' },
        { from: 'c', to: 'd' },
      ],
    },
  ],
  [
    'iterates over a list',
    chain([
      { id: 'list', type: 'list-files' },
      { ...read, params: { file_path: '${item}' }, batch: { items: '${list.files}' } },
      echo(
        '${read.results[0].content} ${read.results[0].item} ${read.errors} ${read.batch_metadata.timing.total_items_ms}',
      ),
    ]),
  ],
  [
    'iterates over a literal list with templates',
    chain([
      read,
      echo('${x.name}', { batch: { items: [{ name: '${read.content}' }], as: 'x', parallel: true } }),
    ]),
  ],
  ['passes numbers as text', chain([{ ...fetch, params: { url: 'https://x.org', timeout: '30' } }])],
  [
    'passes a template where another type is required',
    chain([
      fetch,
      {
        id: 'again',
        type: 'http',
        params: { url: '${fetch.response.next}', timeout: '${fetch.response.wait}' },
      },
    ]),
  ],
  [
    'refers to a field of text that may be JSON',
    chain([{ id: 'ask', type: 'llm', params: { prompt: 'x' } }, echo('${ask.response.title}')]),
  ],
  [
    'contains bash expansions',
    chain([
      {
        id: 'run',
        type: 'shell',
        params: { command: 'for f in "${files[@]:-x}"; do echo $f $${HOME} ${#f}; done' },
      },
    ]),
  ],
  [
    'is permissive about text that looks like templates',
    chain([{ id: 'run', type: 'shell', params: { command: 'echo ${HOME}' } }], {
      template_resolution_mode: 'permissive',
    }),
  ],
  [
    'disables namespaces',
    chain([read, echo('${content} ${name}')], { enable_namespacing: false, inputs: { name: {} } }),
  ],
  [
    'starts at another node than its first',
    { nodes: [echo('${read.content}'), read], edges: [{ from: 'read', to: 'say' }], start_node: 'read' },
  ],
  [
    'spells types as Python does',
    chain([echo('${a.b} ${c[0]} ${d}')], {
      inputs: {
        a: { type: 'dict', default: {} },
        c: { type: 'list', default: [] },
        d: { type: 'float', default: 1 },
      },
    }),
  ],
  ['has an input without a type', chain([echo('${a.b}')], { inputs: { a: { default: { b: 1 } } } })],
  ['names an output like a node’s output', chain([read], { outputs: { content: {} } })],
])('a workflow that %s is valid', (_name, source) => {
  expect(problems(source)).toEqual([]);
});

test('validation returns a valid workflow with its defaults filled in', () => {
  const { workflow } = validateWorkflow(chain([read, echo('x', { batch: { items: [1] } })]), types);
  expect(workflow).toMatchObject({
    ir_version: '0.1.0',
    inputs: {},
    enable_namespacing: true,
    edges: [{ from: 'read', to: 'say', action: 'default' }],
    nodes: [{ id: 'read' }, { batch: { as: 'item', parallel: false, max_concurrent: 10 } }],
  });
});

test('a workflow of 5,000 nodes with distant references is validated', () => {
  const nodes = Array.from({ length: 5000 }, (_, i) => ({
    id: `n${i}`,
    type: 'echo',
    params: { message: i ? `\${n${i - 1}.echo} \${n0.echo}` : 'x' },
  }));
  expect(problems(chain(nodes))).toEqual([]);
});
