import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PflowError } from '../../src/lib/error.js';
import type { DataUse } from '../../src/compile/data-uses.js';
import { runWorkflow } from '../support/run-workflow.js';

const chain = (nodes: readonly Readonly<{ id: string; type: string; params: object }>[]) => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, i) => ({ from: nodes[i]!.id, to: id })),
});
const data = { id: 'd', type: 'shell', params: { command: "echo 'a b'" } };
const sh = (id: string, command: string, more: object = {}) => ({
  id,
  type: 'shell',
  params: { command, ...more },
});

/** Runs a workflow and collects the requests for consent. */
async function asked(source: object, answer: (use: DataUse) => void = () => {}) {
  const uses: DataUse[] = [];
  const run = await runWorkflow(source, {
    approve: (use) => {
      uses.push(use);
      return Promise.resolve().then(() => answer(use));
    },
  });
  return { ...run, uses };
}

test('consent is requested with the resolved command, only for commands that depend on data', async () => {
  const { uses, store, error } = await asked(
    chain([
      data,
      sh('s', 'echo ${d.stdout}'),
      sh('plain', 'echo x'),
      sh('r', 'echo ${d.stdout}', { raw: true }),
    ]),
  );
  expect(error).toBeUndefined();
  expect(uses).toEqual([
    { node: 's', lines: [`runs "echo 'a b'"`] },
    { node: 'r', lines: ['runs "echo a b"'] },
  ]);
  expect(store['s']).toMatchObject({ stdout: 'a b' });
});

test('consent is requested for a command of a nested workflow and of every batch item', async () => {
  const inner = { inputs: { x: { type: 'string' } }, nodes: [sh('in', 'echo ${x}')] };
  const nested = { id: 'n', type: 'workflow', params: { workflow_ir: inner, inputs: { x: '${d.stdout}' } } };
  const list = sh('l', `echo '["1 2", "3"]'`);
  const batch = { ...sh('b', 'echo ${item}'), batch: { items: '${l.stdout}' } };
  const { uses } = await asked(chain([data, nested, list, batch]));
  expect(uses.map(({ lines }) => lines[0])).toEqual([
    `runs "echo 'a b'"`,
    `runs "echo '1 2'"`,
    'runs "echo 3"',
  ]);
});

test('a declined step does not run', async () => {
  const { store, error } = await asked(chain([data, sh('s', 'echo ${d.stdout}')]), () => {
    throw new PflowError('cancelled', 'No.');
  });
  expect(error).toMatchObject({ message: 'No.' });
  expect(store['s']).toEqual({});
});

test('a path outside the working directory that depends on data requires consent or is logged', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pflow-path-')));
  const link = `link-${process.pid}`;
  symlinkSync(folder, link);
  onTestFinished(() => {
    rmSync(link);
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'new.txt');
  const write = (id: string, path: string) => ({
    id,
    type: 'write-file',
    params: { file_path: path, content: 'x' },
  });
  const source = chain([
    sh('out', `echo ${folder}`),
    sh('up', 'echo ..'),
    sh('in', 'echo test'),
    write('w', '${out.stdout}/new.txt'),
    write('l', `${link}/\${in.stdout}.txt`),
    { id: 'list', type: 'list-files', params: { directory: '${up.stdout}' } },
    { id: 'here', type: 'list-files', params: { directory: '${in.stdout}' } },
    write('constant', join(folder, 'constant.txt')),
  ]);
  const { uses } = await asked(source);
  expect(uses).toEqual([
    { node: 'w', lines: [`uses the path ${file}, data from a command`] },
    { node: 'l', lines: [`uses the path ${join(folder, 'test.txt')}, data from a command`] },
    { node: 'list', lines: [expect.stringContaining('data from a command')] },
  ]);
  const logs: string[] = [];
  await runWorkflow(source, { context: { log: (text) => void logs.push(text) } });
  expect(logs[0]).toBe(
    `This node uses the path ${file}, data from a command, outside of the working directory.`,
  );
  expect(logs).toHaveLength(3);
});
