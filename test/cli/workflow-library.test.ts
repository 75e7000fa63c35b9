import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../support/cli.js';

const saying = (message: string) => ({
  description: 'Says something.',
  keywords: ['speech'],
  nodes: [{ id: 'say', type: 'echo', params: { message } }],
});

const says = async ({ pflow }: Workspace, name = 'say') => (await pflow(['-p', name])).stdout.trim();

test('every save under a name creates a version that can be listed, shown and restored', async () => {
  const place = workspace();
  const { pflow, write } = place;
  for (const message of ['one', 'two', 'three']) {
    write('say.json', saying(message));
    await pflow(['workflow', 'save', 'say.json', '--replace']);
  }
  const history = await pflow(['workflow', 'history', 'say']);
  expect(history.stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'then')).toBe(
    '3  then  current\n2  then  \n1  then  \n',
  );
  expect(
    JSON.parse((await pflow(['workflow', 'history', 'say', '--output-format', 'json'])).stdout),
  ).toMatchObject([
    { version: 3, current: true },
    { version: 2, current: false },
    { version: 1, current: false },
  ]);
  expect(JSON.parse((await pflow(['workflow', 'show', 'say', '--version', '1'])).stdout)).toMatchObject({
    name: 'say',
    nodes: [{ params: { message: 'one' } }],
  });
  expect((await pflow(['workflow', 'restore', 'say', '--version', '1'])).stdout).toBe(
    'Restored version 1 of say as version 4.\n',
  );
  expect(await says(place)).toBe('one');
  expect((await pflow(['workflow', 'restore', 'say'])).code).toBe(0);
  expect(await says(place)).toBe('three');
  expect((await pflow(['workflow', 'delete', 'say'])).stdout).toBe(
    'Deleted say. `pflow workflow restore say` restores it.\n',
  );
  expect((await pflow(['workflow', 'restore', 'say'])).code).toBe(0);
  expect(await says(place)).toBe('three');
  expect(await pflow(['workflow', 'show', 'say', '--version', '99'])).toMatchObject({
    code: 2,
    stderr: "pflow: There is no version 99 of the workflow 'say'.\n  There are: 1, 2, 3, 4, 5, 6.\n",
  });
  expect((await pflow(['workflow', 'history', 'count-words'])).stdout).toBe(
    'count-words ships with pflow and has one version.\n',
  );
  expect(await pflow(['workflow', 'history', 'nobody'])).toMatchObject({ code: 2, stdout: '' });
});

test('a workflow is saved from a file, from the trace of its run, and from a plan', async () => {
  const place = workspace();
  const { pflow, write, traces } = place;
  write('say.json', saying('hello'));
  expect(await pflow(['workflow', 'save', 'from-file', '--from', 'say.json'])).toMatchObject({ code: 0 });
  await pflow(['-p', 'say.json']);
  expect(await pflow(['workflow', 'save', 'from-latest', '--from', 'latest'])).toMatchObject({ code: 0 });
  expect(await pflow(['workflow', 'save', 'from-trace', '--from', traces()[0]!])).toMatchObject({ code: 0 });
  for (const name of ['from-file', 'from-latest', 'from-trace'])
    expect(await says(place, name)).toBe('hello');
  expect(JSON.parse((await pflow(['workflow', 'show', 'from-trace'])).stdout)).toMatchObject({
    description: 'Says something.',
    keywords: ['speech'],
  });

  write('notes.md', 'One two three.');
  const plan = (await pflow(['plan', '-p', 'count words in notes.md then write it to n.txt'])).stdout;
  const saved = await pflow(['workflow', 'save', 'count-into', '--from', '-'], { input: plan });
  expect(saved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Saved as count-into: /) as string });
  expect((await pflow(['workflow', 'list'])).stdout).toMatch(/^count-into +yours/m);
});

test('a workflow that the trace contains only truncated cannot be saved from it', async () => {
  const { pflow, write } = workspace();
  write('say.json', saying('x'.repeat(300_000)));
  await pflow(['-p', 'say.json']);
  expect(await pflow(['workflow', 'save', 'say', '--from', 'latest'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'does not contain the full workflow: nodes[0].params.message was too large to be captured in full.',
    ) as string,
  });
  await pflow(['-p', '--capture', 'full', 'say.json']);
  expect(await pflow(['workflow', 'save', 'say', '--from', 'latest'])).toMatchObject({ code: 0 });
});

test('a failed save states the reason', async () => {
  const { pflow, write } = workspace();
  write('say.json', saying('hello'));
  write('bad.json', { nodes: [{ id: 'a', type: 'eco' }] });
  const complaint = async (...args: string[]) =>
    (await pflow(['workflow', 'save', ...args], { input: '' })).stderr;
  expect(await complaint('bad.json')).toContain("'bad.json' is not a valid workflow: 1 problem.");
  expect(await complaint('a', 'b', '--from', 'say.json')).toContain(
    "--from takes only a name as argument, not 'b' as well.",
  );
  expect(await complaint('A b', '--from', 'say.json')).toContain("cannot be saved as 'A b'");
  expect(await complaint('a', '--from', '-')).toContain('Standard input is not a workflow in JSON.');
  expect(await complaint('a', '--from', 'latest')).toContain('No traces found.');
});

test('a request reuses the saved workflow that matches by description or keywords, before a shipped one', async () => {
  const { pflow, write } = workspace();
  write('tally.json', {
    inputs: { path: { type: 'string' } },
    outputs: { n: { source: '${n.result}' } },
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: '${path}' } },
      {
        id: 'n',
        type: 'code',
        params: { code: '`tally: ${text.length}`', inputs: { text: '${read.content}' } },
      },
    ],
    edges: [{ from: 'read', to: 'n' }],
  });
  write('notes.md', 'One two');
  const counted = async () => (await pflow(['-p', 'count words in notes.md'])).stdout;
  expect(await counted()).toBe('2\n');
  await pflow(['workflow', 'save', 'tally.json', '--keywords', 'count, words file']);
  expect(await counted()).toBe('tally: 7\n');
  await pflow(['workflow', 'save', 'tally.json', '--replace', '--description', 'Weighs a file.']);
  expect(await counted()).toBe('2\n');
  await pflow([
    'workflow',
    'save',
    'tally.json',
    '--replace',
    '--description',
    'Counts the words of a file.',
  ]);
  expect(await counted()).toBe('tally: 7\n');
});

test('`workflow describe` prints the purpose, inputs, outputs and steps of a workflow', async () => {
  const { pflow, write } = workspace();
  write(
    'greet.pflow.md',
    [
      '# Greeting',
      'Greets somebody.',
      '## Inputs',
      '### name',
      'Who it is.',
      '- type: string',
      '### times',
      '- type: int',
      '- default: 2',
      '## Steps',
      '### say',
      'Says it.',
      '- type: echo',
      '- message: ${name}',
      '## Outputs',
      '### said',
      '- source: ${say.echo}',
      '- stdout: true',
      '### all',
      '- source: ${say.data ?? "none"}',
    ].join('\n'),
  );
  await pflow(['workflow', 'save', 'greet.pflow.md', '--keywords', 'hello, hi']);
  const { stdout } = await pflow(['workflow', 'describe', 'greet']);
  expect(stdout.replace(/File: .*/, 'File: …')).toMatchInlineSnapshot(`
    "greet: Greets somebody.

    Inputs
      name   string, required  Who it is.
      times  int, default 2

    Outputs
      said  any, printed
      all   any

    Nodes
      say  echo  Says it.

    Keywords: hello, hi
    File: …
    Run with: pflow greet name=… [times=…]
    "
  `);
  const json = await pflow(['workflow', 'describe', 'greet.pflow.md', '--output-format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    name: 'greet',
    keywords: [],
    inputs: { times: { default: 2 } },
    nodes: [{ id: 'say', type: 'echo', purpose: 'Says it.' }],
    versions: 0,
  });
  expect((await pflow(['-p', 'greet', 'name=Ann'])).stdout).toBe('Ann\n');
  const whole = await pflow(['--output-format', 'json', 'greet', 'name=Ann']);
  expect(JSON.parse(whole.stdout)).toMatchObject({ result: { said: 'Ann', all: 'none' } });
});

test('`workflow graph` draws in ASCII with --glyphs ascii', async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    nodes: [
      { id: 'a', type: 'echo', params: { message: 'x' } },
      { id: 'b', type: 'echo', params: { message: 'x' } },
    ],
    edges: [{ from: 'a', to: 'b', action: 'error' }],
  });
  expect((await pflow(['workflow', 'graph', 'wf.json', '--glyphs', 'ascii'])).stdout).toBe(
    '* a  echo\n+- error\n|  * b  echo\n',
  );
});
