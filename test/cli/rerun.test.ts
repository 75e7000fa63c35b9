import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mainFile, workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';
import { openTerminal } from '../support/terminal.js';

/** A paid model call, then a node that needs a file. */
const flow = {
  inputs: { file: { type: 'string', default: 'there.txt' } },
  nodes: [
    { id: 'ask', type: 'llm', params: { prompt: 'Say something.' } },
    { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
    { id: 'say', type: 'echo', params: { message: '${ask.response} ${read.content}' } },
  ],
  edges: [
    { from: 'ask', to: 'read' },
    { from: 'read', to: 'say' },
  ],
  outputs: { said: { source: '${say.echo}' } },
};

async function model() {
  const { url, received } = await serve(stream(chatChunks('Well said.')));
  return { env: { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` }, received };
}

test('a failed run resumes at its failed node and reuses the paid results before it', async () => {
  const { pflow, write, traces } = workspace();
  const { env, received } = await model();
  write('wf.json', flow);
  expect(await pflow(['-p', 'wf.json'], { env })).toMatchObject({ code: 1 });
  const [failed] = traces();
  write('there.txt', 'Now it is there.');
  const again = await pflow(['rerun', failed!, '--from', 'read'], { env });
  expect([again.code, again.stdout]).toEqual([0, 'Well said. Now it is there.\n']);
  expect(received).toHaveLength(1);
  expect(again.stderr.match(/✓ \S+/g)).toEqual(['✓ read', '✓ say']);
  expect(traces()).toHaveLength(2);
});

test('the trace of a resumed run can be resumed again', async () => {
  const { pflow, write, traces } = workspace();
  const { env } = await model();
  write('wf.json', flow);
  write('there.txt', 'one');
  await pflow(['-p', 'wf.json'], { env });
  const [first] = traces();
  await pflow(['-p', 'rerun', first!, '--from', 'read'], { env });
  const second = traces().find((path) => path !== first)!;
  write('there.txt', 'two');
  expect(await pflow(['-p', 'rerun', second, '--from', 'read'], { env })).toMatchObject({
    code: 0,
    stdout: 'Well said. two\n',
  });
});

test('without a node the whole workflow runs again, with replaced inputs if given', async () => {
  const { pflow, write } = workspace();
  const { env, received } = await model();
  write('wf.json', flow);
  write('there.txt', 'one');
  write('other.txt', 'other');
  await pflow(['-p', 'wf.json'], { env });
  expect(await pflow(['-p', 'rerun', 'latest', 'file=other.txt'], { env })).toMatchObject({
    code: 0,
    stdout: 'Well said. other\n',
  });
  expect(received).toHaveLength(2);
});

test('a value that the trace does not contain in full is named, and nothing runs', async () => {
  const { pflow, write, traces } = workspace();
  write('long.txt', 'x'.repeat(300_000));
  write('wf.json', {
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: 'long.txt' } },
      { id: 'say', type: 'echo', params: { message: '${read.content}' } },
    ],
    edges: [{ from: 'read', to: 'say' }],
  });
  expect(await pflow(['-p', 'wf.json'])).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await pflow(['rerun', 'latest', '--from', 'say']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(
    "The trace does not contain the values that the run needs from 'say' on: read.content was too large to be captured in full.",
  );
  expect(traces()).toHaveLength(1);
  await pflow(['-p', '--capture', 'full', 'wf.json']);
  expect(await pflow(['-p', 'rerun', 'latest', '--from', 'say'])).toMatchObject({ code: 0 });
});

test('an unknown node or trace is a usage error', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await pflow(['-p', 'wf.json']);
  const unknown = await pflow(['rerun', 'latest', '--from', 'sya']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("The workflow has no node 'sya'.\n  Did you mean 'say'?");
  expect(await pflow(['rerun', 'ffffffff'])).toMatchObject({ code: 2 });
  expect(await pflow(['rerun', 'latest', 'nonsense'])).toMatchObject({ code: 2 });
});

test('a planned workflow with effects is confirmed again on rerun', async () => {
  const { pflow, write, folder } = workspace();
  write('notes.md', 'One two three.');
  const out = join(folder, 'out.txt');
  expect(await pflow(['-p', '--yes', 'count words in notes.md and save it to out.txt'])).toMatchObject({
    code: 0,
  });
  rmSync(out);
  const refused = await pflow(['rerun', 'latest']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('Add --yes to run it');
  expect(existsSync(out)).toBe(false);
});

test('--yes skips the confirmation on rerun', async () => {
  const { pflow, write, folder } = workspace();
  write('notes.md', 'One two three.');
  await pflow(['-p', '--yes', 'count words in notes.md and save it to out.txt']);
  rmSync(join(folder, 'out.txt'));
  expect(await pflow(['rerun', 'latest', '--yes'])).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'out.txt'), 'utf8').trim()).toBe('3');
});

test('a rerun on the screen starts at the node and writes a complete trace', async () => {
  const place = workspace();
  const { env, received } = await model();
  place.write('wf.json', flow);
  await place.pflow(['-p', 'wf.json'], { env });
  place.write('there.txt', 'Now it is there.');
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'tui', '--rerun', 'latest', '--from', 'read'],
    cwd: place.folder,
    env: { ...place.env, ...env },
  });
  await terminal.waitFor((screen) => screen.some((row) => /✓ say/.test(row)), 'the end of the run');
  expect(terminal.buffer()).toBe('alternate');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.screen().join('\n')).not.toMatch(/[✓…] ask /);
  expect(terminal.screen().join('\n')).toMatch(/ reused +ask \(saves .* tok, /);
  expect(received).toHaveLength(1);
});

test('without a terminal a rerun prints lines, and contradictory options are a usage error', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await pflow(['-p', 'wf.json']);
  expect(await pflow(['tui', '--rerun', 'latest'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  const alone = await pflow(['tui', 'wf.json', '--from', 'say']);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('--from requires --rerun <trace>.');
  expect(await pflow(['tui', '--rerun', 'latest', '--trace', 'latest'])).toMatchObject({ code: 2 });
});

test('a node in a loop resumes with the store of its last visit, and a node after a batch with all results', async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    nodes: [
      { id: 'each', type: 'echo', params: { message: '${item}' }, batch: { items: ['a', 'b'] } },
      {
        id: 'again',
        type: 'code',
        params: {
          code: 'const round = Number(before) + 1; const next = round < 3 ? "more" : "done"; const result = round;',
          inputs: { before: '${count.stdout}' },
        },
      },
      { id: 'count', type: 'shell', params: { command: 'cat rounds 2>/dev/null || echo 0' } },
      { id: 'note', type: 'write-file', params: { file_path: 'rounds', content: '${again.result}' } },
      { id: 'say', type: 'echo', params: { message: '${each.results[1].echo} ${again.result}' } },
    ],
    start_node: 'each',
    edges: [
      { from: 'each', to: 'count' },
      { from: 'count', to: 'again' },
      { from: 'again', to: 'note', action: 'more' },
      { from: 'note', to: 'count' },
      { from: 'again', to: 'say', action: 'done' },
    ],
    outputs: { said: { source: '${say.echo}' } },
  });
  const first = await pflow(['wf.json', '-p']);
  expect(first).toMatchObject({ code: 0, stdout: 'b 3\n' });
  const again = await pflow(['rerun', 'latest', '--from', 'again']);
  expect(again).toMatchObject({ code: 0, stdout: 'b 3\n' });
  expect(again.stderr.match(/✓ \S+/g)).toEqual(['✓ again', '✓ say']);
});

test('a run resumes at a node that runs a nested workflow, but not at a node inside it', async () => {
  const { pflow, write, folder } = workspace();
  write('inner.json', {
    inputs: { word: { type: 'string' } },
    nodes: [{ id: 'shout', type: 'echo', params: { message: '${word}', uppercase: true } }],
    outputs: { loud: { source: '${shout.echo}' } },
  });
  write('wf.json', {
    nodes: [
      { id: 'first', type: 'echo', params: { message: 'hey' } },
      {
        id: 'inner',
        type: 'workflow',
        params: { workflow: './inner.json', inputs: { word: '${first.echo}' } },
      },
    ],
    edges: [{ from: 'first', to: 'inner' }],
    outputs: { said: { source: '${inner.loud}' } },
  });
  expect(await pflow(['-p', 'wf.json'])).toMatchObject({ code: 0, stdout: 'HEY\n' });
  const again = await pflow(['rerun', 'latest', '--from', 'inner']);
  expect([again.code, again.stdout]).toEqual([0, 'HEY\n']);
  const inside = await pflow(['rerun', 'latest', '--from', 'shout']);
  expect(inside.code).toBe(2);
  expect(inside.stderr).toContain("The workflow has no node 'shout'.\n  There are: first, inner.");
  rmSync(join(folder, 'inner.json'));
  const gone = await pflow(['rerun', 'latest']);
  expect([gone.code, gone.stdout]).toEqual([2, '']);
  expect(gone.stderr).toContain("inner.json'.");
});

test('a planned run resumes at a node without planning again', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'One two three.');
  await pflow(['-p', 'count words in notes.md']);
  write('notes.md', 'And now there are more of them.');
  const again = await pflow(['rerun', 'latest', '--from', 'count']);
  expect([again.code, again.stdout]).toEqual([0, '3\n']);
});
