import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { loadedPackages } from '../support/loaded-packages.js';

const hello = {
  description: 'Says hello.',
  nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }],
};

test('a trace is listed, shown and verified', async () => {
  const { pflow, write, traces } = workspace();
  write('wf.json', hello);
  await pflow(['-p', 'wf.json']);
  const [path] = traces();
  const run = /-([0-9a-f]{8})\.jsonl$/.exec(path!)![1]!;

  const list = await pflow(['trace', 'list']);
  expect(list.stdout).toMatch(
    new RegExp(
      `^run       started              status +time +model .*name\\n${run}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  ok .* wf\\n$`,
    ),
  );
  const [entry] = JSON.parse((await pflow(['trace', 'list', '--output-format', 'json'])).stdout) as object[];
  expect(entry).toMatchObject({ run, name: 'wf', status: 'ok', path });

  for (const reference of [[], ['latest'], [run], [path!]]) {
    const { code, stdout } = await pflow(['trace', 'show', ...reference]);
    expect([code, stdout.split('\n').slice(0, 2).join('\n')]).toEqual([
      0,
      expect.stringMatching(/^✓ workflow .*\n {2}✓ say /),
    ]);
  }
  expect((await pflow(['trace', 'export'])).stdout).toMatch(/^# wf\n/);
  expect(await pflow(['trace', 'verify'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/, valid\n$/) as string,
  });
});

test('`trace show` prints the same JSON as the run did, and each of its calls', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'One two three.');
  const ran = await pflow(['count words in notes.md', '--output-format', 'json']);
  const shown = await pflow(['trace', 'show', '--output-format', 'json']);
  const { calls, ...rest } = JSON.parse(shown.stdout) as { calls: { provider: string; model: string }[] };
  expect(rest).toEqual(JSON.parse(ran.stdout));
  expect(new Set(calls.map(({ provider, model }) => `${provider}/${model}`))).toEqual(
    new Set(['offline/rules']),
  );
});

test("`trace show` prints the run's result between its nodes and its summary", async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'One two three.');
  await pflow(['-p', 'count words in notes.md']);
  const { stdout } = await pflow(['trace', 'show']);
  expect(stdout).toMatch(/\n\nresult: \w+\n {2}3\n\n✓ count words in notes\.md /);
});

test('`trace show` skips a torn last line with a warning, and `trace verify` fails on it', async () => {
  const { pflow, write, traces } = workspace();
  write('wf.json', hello);
  await pflow(['-p', 'wf.json']);
  appendFileSync(traces()[0]!, '{"seq":99,"at":1,"ty');
  const shown = await pflow(['trace', 'show']);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('✓ say')]);
  expect(shown.stderr).toContain('the last line is torn');
  expect(await pflow(['trace', 'verify'])).toMatchObject({ code: 1 });
});

test('listing no traces succeeds, and showing an unknown trace is a usage error', async () => {
  const { pflow } = workspace();
  expect(await pflow(['trace', 'list'])).toMatchObject({ code: 0, stdout: '' });
  expect(await pflow(['trace', 'show'])).toMatchObject({ code: 2, stdout: '' });
  expect(await pflow(['trace', 'show', 'abcdef12'])).toMatchObject({ code: 2, stdout: '' });
});

test('without a terminal `tui` prints a trace as lines, also with --follow', async () => {
  const { pflow, write } = workspace();
  write('wf.json', hello);
  await pflow(['-p', 'wf.json']);
  for (const flag of ['--trace', '--follow']) {
    const { code, stdout, stderr } = await pflow(['tui', flag, 'latest']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^✓ say .*\n✓ wf {2}done after /);
  }
});

test('a workflow is saved, listed, shown, run by name and deleted', async () => {
  const { pflow, write } = workspace();
  write('wf.json', hello);
  expect(await pflow(['workflow', 'save', 'wf.json', 'say-hello'])).toMatchObject({ code: 0 });
  expect((await pflow(['workflow', 'list'])).stdout).toMatch(/^say-hello +yours +Says hello\.$/m);
  expect(JSON.parse((await pflow(['workflow', 'show', 'say-hello'])).stdout)).toMatchObject({
    nodes: hello.nodes,
  });
  expect(await pflow(['-p', 'say-hello'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  expect(await pflow(['workflow', 'save', 'wf.json', 'say-hello'])).toMatchObject({ code: 2 });
  expect(await pflow(['workflow', 'save', 'wf.json', 'say-hello', '--replace'])).toMatchObject({ code: 0 });
  expect(await pflow(['workflow', 'delete', 'say-hello'])).toMatchObject({ code: 0 });
  expect(await pflow(['workflow', 'delete', 'say-hello'])).toMatchObject({ code: 2 });
  expect(await pflow(['workflow', 'delete', 'count-words'])).toMatchObject({ code: 2 });
});

test('every shipped workflow is valid', async () => {
  const { pflow } = workspace();
  const shipped = JSON.parse((await pflow(['workflow', 'list', '--output-format', 'json'])).stdout) as {
    name: string;
  }[];
  expect(shipped.length).toBeGreaterThan(2);
  for (const { name } of shipped)
    expect(await pflow(['workflow', 'validate', name])).toMatchObject({ code: 0 });
});

test('every node type is listed, and described from its schemas', async () => {
  const { pflow } = workspace();
  const types = (await pflow(['registry', 'list'])).stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]!);
  expect(types).toEqual(
    expect.arrayContaining(['read-file', 'write-file', 'http', 'shell', 'llm', 'code', 'echo']),
  );
  const { stdout } = await pflow(['registry', 'describe', 'read-file']);
  expect(stdout).toMatch(/^read-file: .*\n\nParameters\n {2}file_path /);
  const described = JSON.parse(
    (await pflow(['registry', 'describe', 'llm', '--output-format', 'json'])).stdout,
  ) as object;
  expect(described).toMatchObject({ type: 'llm', effects: ['model'] });
  const unknown = await pflow(['registry', 'describe', 'reed-file']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('Did you mean read-file?');
});

test('a price is explained with its arithmetic, listed and checked', async () => {
  const { pflow } = workspace();
  const explained = await pflow([
    'pricing',
    'explain',
    'claude-sonnet-4-5',
    '--input',
    '1,000',
    '--output',
    '10',
  ]);
  expect(explained.stdout).toMatch(/uncached input +1,000 × \$3 per million/);
  expect((await pflow(['pricing', 'list', 'sonnet', '4-5'])).stdout).toContain('anthropic/claude-sonnet-4-5');
  expect(await pflow(['pricing', 'check'])).toMatchObject({ code: 0 });
  expect(await pflow(['pricing', 'explain', 'x', '--input', 'many'])).toMatchObject({ code: 2 });
});

test('every command in the help has a help page of its own', async () => {
  const { pflow } = workspace();
  const groups = ['trace', 'workflow', 'registry', 'pricing'];
  for (const group of groups) {
    const { stdout } = await pflow([group, '--help']);
    const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)].map(
      ([, name]) => name!,
    );
    expect(commands.length).toBeGreaterThan(1);
    for (const name of commands) expect(await pflow([group, name, '--help'])).toMatchObject({ code: 0 });
  }
  expect((await pflow(['--help'])).stdout).toContain('Examples:');
  expect((await pflow(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('help and list commands load none of the screen, the AI SDK, the tokenizer and zod', async () => {
  const { pflow, write } = workspace();
  write('wf.json', hello);
  expect(await heavyOf(['--help'])).toEqual([]);
  expect(await heavyOf(['trace', 'list'])).toEqual([]);
  expect(await heavyOf(['-p', 'wf.json'])).toEqual(['zod']);

  async function heavyOf(args: readonly string[]): Promise<string[]> {
    const loaded = await loadedPackages((env) => pflow(args, { env }));
    return loaded.filter((name) => /^(ink|react|ai|@ai-sdk\/.*|tiktoken|zod)$/.test(name));
  }
});
