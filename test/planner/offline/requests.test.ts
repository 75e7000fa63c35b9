import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { createRegistry } from '../../../src/nodes/registry.js';
import { planByRules } from '../../../src/planner/offline/rule-plan.js';
import { validateWorkflow } from '../../../src/workflow/check/validate.js';

const registry = createRegistry();

/** Summarizes a plan: its node types in order and its input values. */
function inShort(request: string): { nodes: string; params: Record<string, string> } {
  const { workflow, params } = planByRules(request);
  const nodes = workflow.nodes.map(({ type, batch }) => (batch ? `${type}*` : type));
  return {
    nodes: nodes.join(' '),
    params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
  };
}

const plans: readonly (readonly [request: string, nodes: string, params: Record<string, string>])[] = [
  ['read notes.md', 'read-file', { file_path: 'notes.md' }],
  [
    'read a.txt, count its words and write the number to n.txt',
    'read-file code write-file',
    { file_path: 'a.txt', output_path: 'n.txt' },
  ],
  ['read a.txt then count their lines', 'read-file code', { file_path: 'a.txt' }],
  ['Please read the file notes.md.', 'read-file', { file_path: 'notes.md' }],
  ['print "my notes.txt"', 'read-file', { file_path: 'my notes.txt' }],
  ['read *.md in docs', 'list-files read-file* code', { directory: 'docs', pattern: '*.md' }],
  ['read the text of notes.md', 'read-file', { file_path: 'notes.md' }],
  ['summarize README.md', 'read-file llm', { file_path: 'README.md' }],
  ['summarise the README for me', 'read-file llm', { file_path: 'README' }],
  ['sum up ./report', 'read-file llm', { file_path: './report' }],
  [
    'can you summarize README.md in three sentences, please?',
    'read-file llm',
    { file_path: 'README.md', sentences: '3' },
  ],
  ['summarize in 2 sentences "a b.md"', 'read-file llm', { file_path: 'a b.md', sentences: '2' }],
  ['summarize https://example.com/a?b=c', 'http llm', { url: 'https://example.com/a?b=c' }],
  ['summarize the page https://example.com', 'http llm', { url: 'https://example.com' }],
  ['summarize *.md', 'list-files read-file* llm* code', { directory: '.', pattern: '*.md' }],
  ['summarize each file in docs', 'list-files read-file* llm* code', { directory: 'docs', pattern: '*' }],
  [
    'summarize all the markdown files in docs/',
    'list-files read-file* llm* code',
    { directory: 'docs', pattern: '*.md' },
  ],
  ['summarize docs/', 'list-files read-file* llm* code', { directory: 'docs', pattern: '*' }],
  ['summarize the docs folder', 'list-files read-file* llm* code', { directory: 'docs', pattern: '*' }],
  [
    'summarize docs/guide/*.md in 1 sentence',
    'list-files read-file* llm* code',
    { directory: 'docs/guide', pattern: '*.md', sentences: '1' },
  ],
  ['summarize a.md, b.md and c.md', 'read-file* llm* code', { files: '["a.md","b.md","c.md"]' }],
  [
    'summarize the files "my notes.md" and b.txt in 2 sentences',
    'read-file* llm* code',
    { files: '["my notes.md","b.txt"]', sentences: '2' },
  ],
  ['summarize each of a.md, b.md, and a.md', 'read-file* llm* code', { files: '["a.md","b.md"]' }],
  ['summarize a.md and read b.md', 'read-file llm read-file', { file_path: 'a.md', file_path_2: 'b.md' }],
  ['for each of a.md and b.md, count words in it', 'read-file* code* code', { files: '["a.md","b.md"]' }],
  ['delete a.tmp, b.tmp', 'delete-file*', { files: '["a.tmp","b.tmp"]' }],
  ['move a.md and b.md to old', 'code move-file*', { files: '["a.md","b.md"]', dest_directory: 'old' }],
  [
    'write a.md and b.md to all.md',
    'read-file* code write-file',
    { files: '["a.md","b.md"]', output_path: 'all.md' },
  ],
  [
    'summarize *.md in docs and save each to out/',
    'list-files read-file* llm* code write-file*',
    { directory: 'docs', pattern: '*.md', output_directory: 'out/' },
  ],
  [
    'for each *.md in docs, summarize it and save it to out/',
    'list-files read-file* llm* code write-file*',
    { directory: 'docs', pattern: '*.md', output_directory: 'out/' },
  ],
  [
    'count words in a.md and b.md, then store each count in counts',
    'read-file* code* code write-file*',
    { files: '["a.md","b.md"]', output_directory: 'counts' },
  ],
  ['summarize stdin', 'llm', {}],
  ['fetch https://example.com', 'http', { url: 'https://example.com' }],
  ['run `git log --oneline`', 'shell', {}],
  ['run the command "npm test"', 'shell', {}],
  ['list *.md in docs', 'list-files', { directory: 'docs', pattern: '*.md' }],
  ['list files in "my docs"', 'list-files', { directory: 'my docs', pattern: '*' }],
  ['find .ts files in src', 'list-files', { directory: 'src', pattern: '*.ts' }],
  ['list all files in this folder', 'list-files', { directory: '.', pattern: '*' }],
  ['count words in README.md', 'read-file code', { file_path: 'README.md' }],
  ['how many lines are there in README.md?', 'read-file code', { file_path: 'README.md' }],
  ['count the characters of https://example.com', 'http code', { url: 'https://example.com' }],
  ['count words in *.md in docs', 'list-files read-file* code* code', { directory: 'docs', pattern: '*.md' }],
  ['count files in docs', 'list-files code', { directory: 'docs', pattern: '*' }],
  ['extract links from https://example.com', 'http code', { url: 'https://example.com' }],
  ['extract the email addresses from team.txt', 'read-file code', { file_path: 'team.txt' }],
  ['headings of docs/guide.md', 'read-file code', { file_path: 'docs/guide.md' }],
  ['list the keywords in notes.md', 'read-file code', { file_path: 'notes.md' }],
  ['copy a.txt to b.txt', 'copy-file', { source_path: 'a.txt', dest_path: 'b.txt' }],
  ['copy a.txt to backup/', 'copy-file', { source_path: 'a.txt', dest_path: 'backup/a.txt' }],
  [
    'copy all *.md files in docs to backup',
    'list-files code copy-file*',
    { directory: 'docs', pattern: '*.md', dest_directory: 'backup' },
  ],
  ["move 'old name.md' to new.md", 'move-file', { source_path: 'old name.md', dest_path: 'new.md' }],
  ['rename a.md as b.md', 'move-file', { source_path: 'a.md', dest_path: 'b.md' }],
  ['delete old.log', 'delete-file', { file_path: 'old.log' }],
  ['delete *.tmp in build', 'list-files delete-file*', { directory: 'build', pattern: '*.tmp' }],
  ['list *.tmp in build; delete them', 'list-files delete-file*', { directory: 'build', pattern: '*.tmp' }],
  ['write "hello" to a.txt', 'write-file', { output_path: 'a.txt' }],
  ['read a.md and write it to b.md', 'read-file write-file', { file_path: 'a.md', output_path: 'b.md' }],
  [
    'read a.md, then copy it to old/a.md',
    'read-file copy-file',
    { file_path: 'a.md', dest_path: 'old/a.md' },
  ],
  [
    'fetch https://example.com, summarize it and save the summary to news.md',
    'http llm write-file',
    { url: 'https://example.com', output_path: 'news.md' },
  ],
  [
    'Summarize a.md. Then save it to "s u m.md".',
    'read-file llm write-file',
    { file_path: 'a.md', output_path: 's u m.md' },
  ],
  [
    'summarize a.md and append to log.md',
    'read-file llm write-file',
    { file_path: 'a.md', output_path: 'log.md' },
  ],
  [
    'get https://a.b then extract links then save them to l.txt',
    'http code code write-file',
    { url: 'https://a.b', output_path: 'l.txt' },
  ],
  ['run `ls` and save the output to ls.txt', 'shell write-file', { output_path: 'ls.txt' }],
  ['read a.md; count words; count lines', 'read-file code code', { file_path: 'a.md' }],
  [
    'count words in a.md and count words in b.md',
    'read-file code read-file code',
    { file_path: 'a.md', file_path_2: 'b.md' },
  ],
  [
    'for each *.md in docs, summarize it and save it to all.md',
    'list-files read-file* llm* code write-file',
    { directory: 'docs', pattern: '*.md', output_path: 'all.md' },
  ],
  [
    'for each file in docs: count words in it',
    'list-files read-file* code* code',
    { directory: 'docs', pattern: '*' },
  ],
  [
    'for every *.md in docs count words in the file',
    'list-files read-file* code* code',
    { directory: 'docs', pattern: '*.md' },
  ],
];

for (const [request, nodes, params] of plans) {
  test(`"${request}" is planned as ${nodes}`, () => {
    expect(inShort(request)).toEqual({ nodes, params });
    expect(validateWorkflow(planByRules(request).workflow, registry).problems).toEqual([]);
  });
}

const refusals: readonly (readonly [request: string, code: string, message: string])[] = [
  [
    'summarize a.md, docs/*.md',
    'cannot_plan',
    `Offline rules cannot read "summarize a.md, docs/*.md": they do not know what to do with 'docs/*.md'.`,
  ],
  [
    'summarize a.md and save it to out/',
    'cannot_plan',
    'Offline rules cannot read "save it to out/": only one thing is written, so it needs the name of a file, such as out/result.md.',
  ],
  [
    'summarize *.md and save each to out.md',
    'cannot_plan',
    `Offline rules cannot read "save each to out.md": 'out.md' is one file: each needs a folder (out.md/).`,
  ],
  [
    'copy a.md b.md',
    'cannot_plan',
    `Offline rules cannot read "copy a.md b.md": they miss 'to' and where to copy it.`,
  ],
  [
    'frobnicate a.md',
    'cannot_plan',
    `Offline rules cannot read "frobnicate a.md": no form begins with 'frobnicate'.`,
  ],
  [
    'résume README.md',
    'cannot_plan',
    `Offline rules cannot read "résume README.md": no form begins with 'résume'.`,
  ],
  [
    '要約 README.md',
    'cannot_plan',
    `Offline rules cannot read "要約 README.md": no form begins with '要約'.`,
  ],
  ['README.md', 'cannot_plan', `Offline rules cannot read "README.md": no form begins with 'README.md'.`],
  [
    "don't delete a.md",
    'cannot_plan',
    `Offline rules cannot read "don't delete a.md": no form begins with 'don't'.`,
  ],
  ['summarize README.md in French', 'cannot_plan', `they do not know what to do with 'in French'.`],
  [
    'summarize *.md in French',
    'cannot_plan',
    `'French' does not look like a folder. Write it as ./French if it is one.`,
  ],
  ['summarize README.md carefully', 'cannot_plan', `they do not know what to do with 'carefully'.`],
  ['summarize a.md and b', 'cannot_plan', `they do not know what to do with 'and b'.`],
  ['summarize a.md, b', 'cannot_plan', `they do not know what to do with 'b'.`],
  [
    'summarize docs',
    'cannot_plan',
    `they cannot tell what 'docs' is. A file is a path (./docs) or a quoted name; a folder ends in / (docs/).`,
  ],
  ['summarize', 'cannot_plan', `nothing precedes it that 'it' could mean.`],
  ['read', 'cannot_plan', `nothing precedes it that 'it' could mean.`],
  ['delete them', 'cannot_plan', `nothing precedes it that 'them' could mean.`],
  [
    'read a.md, then save the summary to b.md',
    'cannot_plan',
    `nothing precedes it that 'summary' could mean.`,
  ],
  [
    'read a.txt, save it to b.txt, delete it',
    'cannot_plan',
    `"delete it": 'it' could mean more than one file. Name it.`,
  ],
  ['fetch example.com', 'cannot_plan', 'they miss an address that begins with https:// or http://.'],
  ['read www.example.com', 'cannot_plan', `'www.example.com' is not an address they can fetch.`],
  ['read ftp://example.com/', 'cannot_plan', `'ftp://example.com/' is not an address they can fetch.`],
  ['run git push', 'cannot_plan', 'put the command in backticks: run `git status`.'],
  ['read a.md and save it', 'cannot_plan', `they miss 'to' and the file to write to.`],
  ['read a.md and save it to disk', 'cannot_plan', `'disk' does not look like a file.`],
  ['read a.md and save it to *.md', 'cannot_plan', `'*.md' is not one file to write to.`],
  ['copy a.txt', 'cannot_plan', `they miss 'to' and where to copy it.`],
  ['for each *.md in docs, run `wc`', 'cannot_plan', `"run \`wc\`": after 'for each' it must say 'it'`],
  ['for each *.md in docs', 'cannot_plan', 'they miss what to do for each.'],
  ['count sentences in a.md', 'cannot_plan', 'they count words, lines, characters or files.'],
  ['please', 'cannot_plan', 'it says nothing to do.'],
  ['read "a b.md', 'cannot_plan', 'The quote that opens at "a b.md is not closed.'],
  ['; ; ,', 'cannot_plan', 'The request says nothing to do.'],
  [
    'translate README.md to French',
    'needs_model',
    '"translate README.md to French" needs a language model, and none is connected.',
  ],
  [
    'read a.md, then explain it',
    'needs_model',
    '"explain it" needs a language model, and none is connected.',
  ],
  ['ask the model to compare a.md and b.md', 'needs_model', '"ask the model to compare a.md and b.md" needs'],
  ['what is wrong in README.md?', 'needs_model', '"what is wrong in README.md" needs'],
];

for (const [request, code, message] of refusals) {
  test(`"${request}" is refused`, () => {
    const error = refusalOf(request);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
}

const nearRequests: readonly (readonly [request: string, near: string])[] = [
  ['sumarize a.md', '"summarize a.md"'],
  ['gimme the gist of notes.txt', '"summarize notes.txt"'],
  ['find typos in "my notes.md"', `'find "TODO" in "my notes.md"'`],
  ['remuve a.txt', '"read a.txt"'],
  ['trase a.txt', '"read a.txt"'],
  ['run the tests', "'run `git status`'"],
  ['get rid of old.log', '"read old.log"'],
  ['frobnicate', '"read README.md"'],
];

for (const [request, near] of nearRequests) {
  test(`the refusal of "${request}" suggests ${near}`, () => {
    expect(refusalOf(request).hint).toBe(
      `Try:       pflow ${near}\n  All forms: pflow help offline       or connect a model: pflow help models`,
    );
  });
}

test('the refusal of a request that needs a model explains how to connect one', () => {
  expect(refusalOf('rewrite a.md').hint).toMatch(/ANTHROPIC_API_KEY/);
});

test('a request is parsed clause by clause, and the reading names the nodes of each clause', () => {
  expect(planByRules('for each *.md in docs, summarize it; save them to all.md').reading)
    .toMatchInlineSnapshot(`
    [
      "for each *.md in docs → list-files",
      "summarize it → read-file (each), llm (each)",
      "save them to all.md → code, write-file",
    ]
  `);
});

test('the prompt of a summary states its length, which is an input if the request states it', () => {
  const promptOf = (request: string) => planByRules(request).workflow.nodes.at(-1)!.params['prompt'];
  expect(promptOf('summarize a.md')).toBe('Summarize the following text in 5 sentences:\n\n${read.content}');
  expect(promptOf('summarize a.md in 2 sentences')).toBe(
    'Summarize the following text in ${sentences} sentences:\n\n${read.content}',
  );
});

test('${x} in a command or a text of the request is not a template', () => {
  expect(planByRules('run `echo ${HOME}`').workflow.nodes[0]!.params).toEqual({ command: 'echo $${HOME}' });
  expect(planByRules('write "${x}" to a.txt').workflow.nodes[0]!.params).toMatchObject({ content: '$${x}' });
});

test('all results that no later clause uses are outputs', () => {
  expect(planByRules('read a.md; count words; count lines').workflow.outputs).toEqual({
    words: { source: '${count.result}' },
    lines: { source: '${count_2.result}' },
  });
});

test('a request with too many steps is refused before it is planned', () => {
  expect(refusalOf('read a.md and '.repeat(7000)).message).toBe(
    'The request is too long: 7000 steps (limit 100).',
  );
});

test('a very long clause is refused with a short message', () => {
  const { message } = refusalOf(`summarize a.md ${'and , '.repeat(15_000)} ${'x'.repeat(9_000)}`);
  expect(message.length).toBeLessThan(600);
});

function refusalOf(request: string): PflowError {
  try {
    planByRules(request);
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
  throw new Error(`"${request}" was not refused`);
}
