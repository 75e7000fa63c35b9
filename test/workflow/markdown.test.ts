import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { PflowError } from '../../src/lib/error.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { parseMarkdown } from '../../src/workflow/markdown/parse-markdown.js';
import { readMarkdown } from '../../src/workflow/markdown/read-markdown.js';
import { withLines } from '../../src/workflow/markdown/source-lines.js';
import { formatProblem } from '../../src/workflow/format/problem.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';

const scraper = `# Vision Scraper

Convert a webpage to clean markdown.
Uses a model for the images.

## Inputs

### target_url

Webpage to convert. Any address: even this one.

- type: string
- required: true

### describe_images

- type: boolean
- default: true

## Steps

### fetch

Fetch the page.

It handles: colons, and # signs.

- type: http
- url: https://example.org/\${target_url}?a=b#c
- timeout: 30
- headers:
    Accept: text/plain
    X-Tags: "a: b"

### analyze

* a list in prose
* of the step

- type: llm
- temperature: 0.5
- images: \${item}

\`\`\`yaml batch
items: \${fetch.response}
parallel: true
max_concurrent: 40
\`\`\`

Why forty? It is enough.

\`\`\`\`markdown prompt
Describe it, as in:
\`\`\`mermaid
a --> b
\`\`\`
\`\`\`\`

### save

- type: write-file
- file_path: "out: \${target_url}.md"
- content: \${analyze.results}
- append: false

## Outputs

### path

Where it is.

- source: \${save.written}
`;

/** All problems of a text, formatted as for the user. */
function complaints(text: string): string[] {
  const { source, lines, problems } = parseMarkdown(text);
  if (problems.length > 0) return withLines(problems, () => undefined).map(formatProblem);
  const validated = validateWorkflow(source, createRegistry());
  return withLines(validated.problems, (path) => lines.of(path)).map(formatProblem);
}

const routingHint =
  "Write the route in the step that it leaves: '- next: <step>' under its '### name' (several: '- next: a, b'), '- on-error: <step>' for a failure, '- next: end' to stop.";

/** A workflow of these steps, named by letters, each with the lines below its heading. */
function steps(...bodies: readonly string[]): string {
  return ['## Steps', ...bodies.map((body, i) => `### ${'abcdefgh'[i]}\n${body}`)].join('\n');
}

const edgesOf = (text: string) =>
  (parseMarkdown(text).source['edges'] as { from: string; to: string; action: string }[]).map(
    ({ from, to, action }) => `${from} -${action}→ ${to}`,
  );

test('headings, parameters, code blocks and prose are parsed into a workflow', () => {
  const { source, problems } = parseMarkdown(scraper);
  expect(problems).toEqual([]);
  expect(source).toMatchInlineSnapshot(`
    {
      "description": "Convert a webpage to clean markdown.
    Uses a model for the images.",
      "edges": [
        {
          "action": "default",
          "from": "fetch",
          "to": "analyze",
        },
        {
          "action": "default",
          "from": "analyze",
          "to": "save",
        },
      ],
      "inputs": {
        "describe_images": {
          "default": true,
          "type": "boolean",
        },
        "target_url": {
          "description": "Webpage to convert. Any address: even this one.",
          "required": true,
          "type": "string",
        },
      },
      "nodes": [
        {
          "id": "fetch",
          "params": {
            "headers": {
              "Accept": "text/plain",
              "X-Tags": "a: b",
            },
            "timeout": 30,
            "url": "https://example.org/\${target_url}?a=b#c",
          },
          "purpose": "Fetch the page.

    It handles: colons, and # signs.",
          "type": "http",
        },
        {
          "batch": {
            "items": "\${fetch.response}",
            "max_concurrent": 40,
            "parallel": true,
          },
          "id": "analyze",
          "params": {
            "images": "\${item}",
            "prompt": "Describe it, as in:
    \`\`\`mermaid
    a --> b
    \`\`\`",
            "temperature": 0.5,
          },
          "purpose": "* a list in prose
    * of the step

    Why forty? It is enough.",
          "type": "llm",
        },
        {
          "id": "save",
          "params": {
            "append": false,
            "content": "\${analyze.results}",
            "file_path": "out: \${target_url}.md",
          },
          "type": "write-file",
        },
      ],
      "outputs": {
        "path": {
          "description": "Where it is.",
          "source": "\${save.written}",
        },
      },
    }
  `);
  expect(validateWorkflow(source, createRegistry()).problems).toEqual([]);
});

test.each([
  ['text', 'some text: with a colon # and a sign', 'some text: with a colon # and a sign'],
  ['a template', '${a.b}', '${a.b}'],
  ['a whole number', '-30', -30],
  ['a number', '.5e3', 500],
  ['a version', '1.2.3', '1.2.3'],
  ['true', 'true', true],
  ['an empty value', '', null],
  ['null', 'null', null],
  ['a quoted number', '"30"', '30'],
  ['a quoted line break', '"a\\nb: c"', 'a\nb: c'],
  ['single quotes', "'it''s'", "it's"],
  ['a list', '[1, two, "three"]', [1, 'two', 'three']],
  ['an object', '{ a: 1, b: "${c.d}" }', { a: 1, b: '${c.d}' }],
  ['a lone $', '$HOME/x', '$HOME/x'],
])('a parameter of kind "%s" keeps its type', (_name, written, value) => {
  const { source, problems } = parseMarkdown(steps(`- type: echo\n- data: ${written}`));
  expect(problems).toEqual([]);
  expect(source['nodes']).toEqual([{ id: 'a', type: 'echo', params: { data: value } }]);
});

test('a parameter continues on the indented lines below it', () => {
  const text = steps(
    '- type: echo\n- data:\n    deep:\n      - x: 1\n\n        y: [2]\n  count: 3\n\nProse.\n- prefix: p',
  );
  expect(parseMarkdown(text).source['nodes']).toEqual([
    {
      id: 'a',
      type: 'echo',
      purpose: 'Prose.',
      params: { data: { deep: [{ x: 1, y: [2] }] }, count: 3, prefix: 'p' },
    },
  ]);
});

test('the language of a code block becomes a parameter, with aliases resolved', () => {
  const languageOf = (info: string) => {
    const { source } = parseMarkdown(steps(`- type: code\n\`\`\`${info}\n1\n\`\`\``));
    return (source['nodes'] as [{ params: object }])[0].params;
  };
  expect(languageOf('python code')).toEqual({ code: '1', language: 'python' });
  expect(languageOf('js code')).toEqual({ code: '1', language: 'javascript' });
  expect(languageOf('code')).toEqual({ code: '1' });
});

test('a code block may be indented, fenced by tildes, and contain lines that look like headings', () => {
  const text = steps(
    '- type: shell\n  ~~~~sh command\n  ## not a heading\n    - not: a parameter\n  ~~~\n  ~~~~~',
  );
  expect(parseMarkdown(text).source['nodes']).toMatchObject([
    { params: { command: '## not a heading\n  - not: a parameter\n~~~' } },
  ]);
});

test('the front matter sets fields of the workflow, and its bookkeeping fields are ignored', () => {
  const text = `---\ncreated_at: "2026-01-14"\nexecution_count: 8\nkeywords: [web, page]\ntemplate_resolution_mode: permissive\n---\n# Title\n${steps('- type: echo')}`;
  const { source } = parseMarkdown(text);
  expect(source).toMatchObject({
    description: 'Title',
    keywords: ['web', 'page'],
    template_resolution_mode: 'permissive',
  });
  expect(Object.keys(source)).not.toContain('created_at');
  expect(complaints(text.replace('permissive', 'lax'))).toEqual([
    "line 5, template_resolution_mode: must be one of strict, permissive, not 'lax'.",
  ]);
});

test('line endings of every kind and a byte order mark parse identically', () => {
  expect(parseMarkdown(`\uFEFF${scraper.replaceAll('\n', '\r\n')}`).source).toEqual(
    parseMarkdown(scraper).source,
  );
});

test('steps run in the order of the file', () => {
  expect(edgesOf(steps('- type: echo', '- type: echo', '- type: echo'))).toEqual([
    'a -default→ b',
    'b -default→ c',
  ]);
});

test('`next` and `on-error` override the order, several `next` names become actions, and code selects its own', () => {
  const text = steps(
    '- type: echo\n- on-error: e',
    '- type: code\n- next: c, d, end\n```python code\nresult = 1\nnext: str = pick()\n```',
    '- type: echo\n- next: end',
    '- type: code\n- next: end\n```python code\nif x:\n  next = "f"\nelse:\n  next: str = \'end\'\nresult = 1\n```',
    '- type: echo\n- next: f',
    '- type: echo\n- next: end',
  );
  expect(edgesOf(text)).toEqual([
    'a -default→ b',
    'a -error→ e',
    'b -default→ c',
    'b -c→ c',
    'b -d→ d',
    'd -f→ f',
    'e -default→ f',
  ]);
  expect(complaints(text)).toEqual([]);
});

test('next steps computed in code must be declared', () => {
  const text = steps(
    '- type: code\n```python code\nnext: str = "b" if x else "c"\n```',
    '- type: echo',
    '- type: echo',
  );
  expect(complaints(text)).toEqual([
    "line 2: the code of step 'a' computes which step is next, so those it can be must be declared. List them: '- next: one, other'.",
  ]);
});

test('edges in the front matter replace the order of the steps', () => {
  const text = `---\nedges:\n  - {from: a, to: c}\n  - {from: c, to: b}\n---\n${steps('- type: echo', '- type: echo', '- type: echo')}`;
  expect(parseMarkdown(text).source['edges']).toEqual([
    { from: 'a', to: 'c' },
    { from: 'c', to: 'b' },
  ]);
  expect(complaints(text.replace('to: b', 'to: x'))).toEqual([
    "line 4, edges[1].to: there is no node 'x'. There are: a, b, c.",
  ]);
});

test('a branch that would fall through into the unrelated step below it is rejected', () => {
  expect(
    complaints(steps('- type: echo\n- on-error: c', '- type: echo', '- type: echo', '- type: echo')),
  ).toEqual([
    "line 5: step 'b' would run on into 'c' below it, which is a branch of 'a'. Say where it leads: '- next: end', or the name of a step.",
    "line 7: step 'c' is a branch of 'a', and would run on into 'd' below it. Say where it leads: '- next: d', or '- next: end'.",
  ]);
});

test('every problem has its line number', () => {
  const lines = [
    '## Inputs',
    '### who',
    '- type: strin',
    '### when',
    '- default: 1',
    '- type: boolean',
    '## Steps',
    '### fetch',
    '- type: htpp',
    '- url: https://${nobody}',
    '### ask',
    'Prose.',
    '- type: llm',
    '- temperature: hot',
    '- images:',
    '    - a.png',
    '    - ${fetch.picture}',
    '```yaml batch',
    'items:',
    '  - topic: ${who}',
    '  - topic: ${whom}',
    'paralel: true',
    '```',
    '```prompt',
    'About ${item.topic}: ${ask.response}',
    '```',
    '- next: fetsh',
    '### Not a name',
    '- typ: echo',
    '## Outputs',
    '### said',
    '- source: ask.response',
  ];
  expect(complaints(lines.join('\n'))).toMatchInlineSnapshot(`
    [
      "line 3, inputs.who.type: must be one of string, number, boolean, object, array, str, int, integer, float, bool, dict, list, any, not 'strin'. Did you mean 'str' or 'string'?",
      "line 5, inputs.when.default: must be true or false, not a number.",
      "line 9, nodes[0].type: there is no node type 'htpp'. Did you mean 'http'?",
      "line 10, nodes[0].params.url: \${nobody} leads nowhere: there is no input and no node 'nobody'. Declare it as an input, or write $\${nobody} for the text itself.",
      "line 14, nodes[1].params.temperature: must be a number, not 'hot'.",
      "line 21, nodes[1].batch.items[1].topic: \${whom} leads nowhere: there is no input and no node 'whom'. Did you mean \${who} or \${when}?",
      "line 22, nodes[1].batch.paralel: a batch has no 'paralel'. It has: items, as, parallel, max_concurrent, max_retries, retry_wait, error_handling. Did you mean 'parallel'?",
      "line 24, nodes[1].params.prompt: node 'ask' has no output yet when it begins: no path of edges leads back to it.",
      "line 27, edges[1].to: there is no node 'fetsh'. Did you mean 'fetch'?",
      "line 28, nodes[2].id: must be a letter or '_', then letters, digits, '_' or '-', not 'Not a name'.",
      "line 28, nodes[2].type: is missing; it must be text.",
      "line 32, outputs.said.source: must be a template such as \${node.key}, not 'ask.response'.",
    ]
  `);
});

const yamlHint = "Text with ': ', with '#' or with ${…} inside { } or [ ] needs quotes around it.";

test.each([
  [
    'a fence that is never closed',
    '## Steps\n### a\n- type: shell\n````shell command\necho\n```',
    'line 4: the block that begins with ````shell command is never closed. End it with a line ````. A block that holds fences of its own needs a longer one around it.',
  ],
  [
    'a block without a parameter name',
    steps('- type: shell\n```\necho\n```'),
    'line 4: this block does not say which parameter it is. Begin it with a line such as ```shell command.',
  ],
  [
    'a block that has only a language',
    steps('- type: code\n```python\n1\n```'),
    "line 4: 'python' is a language: the block does not say which parameter it is. Begin it with a line such as ```python code.",
  ],
  [
    'a list item that is not a parameter',
    steps('- type: echo\n- just prose'),
    "line 4: '- just prose' is no parameter: those look like '- key: value'. Lists in prose begin with '*'.",
  ],
  [
    'a list below an item that is not a parameter',
    steps('- type: echo\n- a list\n  of two lines'),
    "line 4: '- a list' is no parameter: those look like '- key: value'. Lists in prose begin with '*'.",
  ],
  [
    'a duplicate parameter',
    steps('- type: echo\n- count: 1\n- count: 2'),
    "line 5: 'count' of 'a' is given twice: first in line 4.",
  ],
  [
    'a parameter that is also given in a block',
    steps('- type: shell\n- command: ls\n```shell command\nls\n```'),
    "line 5: 'command' of 'a' is given twice: first in line 4.",
  ],
  [
    'invalid YAML in a parameter',
    steps('- type: http\n- headers:\n    A: b: c\n\n- url: x'),
    `line 5: this is not YAML: Nested mappings are not allowed in compact mappings. ${yamlHint}`,
  ],
  [
    'invalid YAML in a block',
    steps('- type: echo\n\n```yaml batch\nitems: [1\nas: x\n```'),
    `line 7: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. ${yamlHint}`,
  ],
  [
    'quotes that are never closed',
    steps('- type: echo\n- message: "hello'),
    `line 4: this is not YAML: Missing closing "quote. ${yamlHint}`,
  ],
  [
    'a template in brackets without quotes',
    steps('- type: echo\n- data: { a: ${b} }'),
    `line 4: this is not YAML: Unexpected flow-map-start at node end. ${yamlHint}`,
  ],
  [
    'a misspelt section',
    `## Input\n### x\n${steps('- type: echo')}`,
    "line 1: '## Input' is no section. Did you mean '## Inputs'?",
  ],
  [
    'a duplicate section',
    `${steps('- type: echo')}\n## steps\n### b`,
    "line 4: there is already a section '## steps', in line 1.",
  ],
  [
    'an unknown section',
    `## Cache\n${steps('- type: echo')}`,
    "line 1: '## Cache' is not known here. Put what it holds at the beginning of the prompts that name it in prompt_cache, and take both out.",
  ],
  [
    'a section of edges',
    `${steps('- type: echo', '- type: echo')}\n## Edges\n- b -> a`,
    `line 6: '## Edges' is not known here. ${routingHint}`,
  ],
  [
    'edges under any name',
    `${steps('- type: echo', '- type: echo')}\n## Plan\na -error-> b`,
    `line 6: '## Plan' is not known here. ${routingHint}`,
  ],
  [
    'a section of notes',
    `## Background\n\nWhy it exists.\n${steps('- type: echo')}`,
    "line 1: '## Background' is not known here. A workflow has '## Inputs', '## Steps' and '## Outputs'. Text about it belongs above them, under the title, or under the '### name' that it describes.",
  ],
  [
    'a section with a synonym',
    `## Parameters\n### x\n${steps('- type: echo')}`,
    "line 1: '## Parameters' is not known here. Did you mean '## Inputs'?",
  ],
  [
    'a duplicate input',
    `## Inputs\n### x\n### x\n${steps('- type: echo')}`,
    "line 3: there is already a '### x' in line 2.",
  ],
  [
    'a duplicate step',
    `${steps('- type: echo')}\n### a\n- type: echo`,
    "line 4, nodes[1].id: 'a' is already the id of nodes[0]. Every node needs an id of its own.",
  ],
  [
    'a parameter without a heading',
    '## Steps\n- type: shell',
    "line 2: this text in '## Steps' has no heading, so it belongs to no part. Put a line '### name' above it.",
  ],
  [
    'no steps',
    '# Only a title',
    "there are no steps. A workflow has a section '## Steps' with a heading '### name' for each step.",
  ],
  [
    'an empty section of steps',
    '# Title\n\n## Steps\n\nTo be done.',
    "line 3: there are no steps. A workflow has a section '## Steps' with a heading '### name' for each step.",
  ],
  [
    'a YAML alias that expands exponentially',
    steps(
      `- type: echo\n\`\`\`yaml data\n${'abcdefghi'
        .split('')
        .map(
          (x, i, all) =>
            `${x}: &${x} [${
              i
                ? Array(9)
                    .fill(`*${all[i - 1]}`)
                    .join(', ')
                : 1
            }]`,
        )
        .join('\n')}\n\`\`\``,
    ),
    'line 5: this YAML has no value: Excessive alias count indicates a resource exhaustion attack.',
  ],
])('%s is reported with its line number', (_name, text, told) => {
  expect(complaints(text).join('\n')).toBe(told);
});

test('all parse errors are reported in one error', () => {
  expect(() => readMarkdown('## Step\n\n## Inputs\n- x', 'wf.pflow.md')).toThrow(
    new PflowError(
      'invalid_workflow',
      [
        "'wf.pflow.md' cannot be read as a workflow: 2 problems.",
        "  line 1: '## Step' is no section. Did you mean '## Steps'?",
        "  line 4: this text in '## Inputs' has no heading, so it belongs to no part. Put a line '### name' above it.",
      ].join('\n'),
    ),
  );
});

test('a problem in a nested workflow has its line number in the nested file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-markdown-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inner = join(folder, 'inner.pflow.md');
  writeFileSync(inner, steps('- type: echo', '- type: eco'));
  expect(complaints(steps(`- type: workflow\n- workflow: ${inner}`))).toEqual([
    "line 4, nodes[0].params.workflow: in workflow 'inner', line 5, nodes[1].type: there is no node type 'eco'. Did you mean 'echo'?",
  ]);
});

test('any text is either parsed or rejected with a PflowError', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '## Steps',
      '### a',
      '- type: echo',
      '- x:',
      '    y: 1',
      '```yaml batch',
      '```',
      '~~~',
      '---',
      '',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { source, problems, lines: places } = parseMarkdown(lines.join('\n'));
      for (const { line: at } of problems) expect(at ?? 1).toBeLessThanOrEqual(lines.length + 1);
      if (problems.length > 0) return;
      for (const problem of withLines(validateWorkflow(source, createRegistry()).problems, (path) =>
        places.of(path),
      ))
        expect(formatProblem(problem)).not.toBe('');
    }),
  );
});

test('a file of 5,000 steps is parsed in linear time', () => {
  const body = Array.from(
    { length: 5000 },
    (_, i) => `### s${i}\n\n- type: echo\n- data:\n    i: ${i}\n\n\`\`\`text message\nx\n\`\`\``,
  );
  const { source, problems } = parseMarkdown(['## Steps', ...body].join('\n'));
  expect(problems).toEqual([]);
  expect(source['nodes']).toHaveLength(5000);
  expect(source['edges']).toHaveLength(4999);
});
