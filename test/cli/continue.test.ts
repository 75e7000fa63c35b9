/** The command that an unfinished run prints to resume it, and that resuming pays for nothing twice. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { mainFile, workspace, type Ended, type Workspace } from '../support/cli.js';
import { chatChunks, serve, stream, type Reply } from '../support/llm-server.js';

/** Two paid model calls around a node that needs a file. */
const flow = {
  inputs: { file: { type: 'string', default: 'there.txt' }, topic: { type: 'string', default: 'rain' } },
  nodes: [
    { id: 'ask', type: 'llm', params: { prompt: 'Say something about ${topic}.' } },
    { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
    { id: 'sum', type: 'llm', params: { prompt: 'Sum up: ${ask.response} ${read.content}' } },
  ],
  edges: [
    { from: 'ask', to: 'read' },
    { from: 'read', to: 'sum' },
  ],
  outputs: { said: { source: '${sum.response}' } },
};

async function provider(...replies: readonly Reply[]) {
  const { url, received } = await serve(...replies);
  return { env: { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` }, received };
}

const answer = stream(chatChunks('Well said.'));

/** Extracts the command that a run printed. */
function continuation({ stderr }: Ended): string {
  const command = /^continue: (.*)$/m.exec(stderr)?.[1];
  if (command === undefined) throw new Error(`No command was printed:\n${stderr}`);
  return command;
}

/** Runs a printed command in a shell, as if it were pasted. */
async function paste(command: string, { folder, env }: Workspace, more: Record<string, string>) {
  const line = command.replace(/^pflow /, `'${process.execPath}' '${mainFile}' `);
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line], {
    cwd: folder,
    env: { ...env, ...more },
  });
  return { stdout, stderr };
}

test('a failed run prints the command that resumes it, and that command pays only for the remaining nodes', async () => {
  const space = workspace();
  const { env, received } = await provider(answer);
  space.write('wf.json', flow);
  const traceDir = join(space.folder, "it's a folder");
  const failed = await space.pflow(['wf.json', '--trace-dir', traceDir], { env });
  expect([failed.code, received.length]).toEqual([1, 1]);
  expect(continuation(failed)).toMatch(/^pflow rerun [0-9a-f]{8} --trace-dir '.*it'\\''s a folder'$/);
  space.write('there.txt', 'Now it is there.');
  const again = await paste(continuation(failed), space, env);
  expect(again.stdout).toBe('Well said.\n');
  expect(received).toHaveLength(2);
  expect(again.stderr.match(/✓ \S+/g)).toEqual(['✓ read', '✓ sum']);
  expect(again.stderr).toMatch(/^reused: ask \(saves .+ tok, .+s\)$/m);
});

test('a run that exceeded its budget resumes after the nodes that it paid for', async () => {
  const space = workspace();
  const { env, received } = await provider(answer);
  space.write('wf.json', flow);
  space.write('there.txt', 'text');
  const stopped = await space.pflow(['wf.json', '--max-tokens', '1'], { env });
  expect([stopped.code, received.length]).toEqual([3, 1]);
  const again = await paste(continuation(stopped), space, env);
  expect(again.stderr.match(/✓ \S+/g)).toEqual(['✓ read', '✓ sum']);
  expect(received).toHaveLength(2);
});

test('a cancelled or killed run resumes at the node that it was in', async () => {
  const space = workspace();
  const never: Reply = () => new Promise(() => {});
  const { env, received } = await provider(answer, never, never, answer);
  space.write('wf.json', flow);
  space.write('there.txt', 'text');
  const cancelled = space.start(['wf.json'], { env });
  await cancelled.said('✓ read');
  await expect.poll(() => received.length).toBe(2);
  cancelled.child.kill('SIGINT');
  const end = await cancelled.ended;
  expect([end.code, continuation(end)]).toEqual([130, expect.stringMatching(/^pflow rerun [0-9a-f]{8}$/)]);
  const killed = space.start(['rerun', continuation(end).split(' ').at(-1)!], { env });
  await expect.poll(() => received.length).toBe(3);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const again = await space.pflow(['rerun', 'latest'], { env });
  expect([again.code, again.stdout]).toEqual([0, 'Well said.\n']);
  expect(again.stderr.match(/✓ \S+/g)).toEqual(['✓ sum']);
  expect(received).toHaveLength(4);
});

test('a replaced input re-runs the finished nodes that used its previous value', async () => {
  const space = workspace();
  const { env, received } = await provider(answer);
  space.write('wf.json', flow);
  space.write('other.txt', 'text');
  expect(await space.pflow(['-p', 'wf.json'], { env })).toMatchObject({ code: 1 });
  const other = await space.pflow(['rerun', 'latest', 'file=other.txt'], { env });
  expect(other.stderr.match(/✓ \S+/g)).toEqual(['✓ read', '✓ sum']);
  expect(received).toHaveLength(2);
  space.write('wf.json', { ...flow, inputs: { ...flow.inputs, file: { default: 'gone.txt' } } });
  expect(await space.pflow(['-p', 'wf.json'], { env })).toMatchObject({ code: 1 });
  const topic = await space.pflow(['rerun', 'latest', 'topic=snow', 'file=other.txt'], { env });
  expect(topic.stderr.match(/✓ \S+/g)).toEqual(['✓ ask', '✓ read', '✓ sum']);
});

test('`rerun --only` runs a single node with its recorded inputs and prints its output', async () => {
  const space = workspace();
  const { env, received } = await provider(
    answer,
    stream(chatChunks('First.')),
    stream(chatChunks('Second.')),
  );
  space.write('wf.json', flow);
  space.write('there.txt', 'text');
  await space.pflow(['-p', 'wf.json'], { env });
  const [first] = space.traces();
  const only = await space.pflow(['rerun', 'latest', '--only', 'ask'], { env });
  expect([only.code, only.stdout, received.length]).toEqual([0, 'Second.\n', 3]);
  expect(only.stderr.match(/✓ \S+/g)).toEqual(['✓ ask']);
  const last = await space.pflow(['rerun', first!, '--only', 'sum'], { env });
  expect([last.code, last.stdout]).toEqual([0, 'Second.\n']);
  expect(await space.pflow(['rerun', 'latest', '--only', 'ask', '--from', 'ask'])).toMatchObject({ code: 2 });
});

test('a successful run and a run without a trace print no command to resume', async () => {
  const space = workspace();
  space.write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  space.write('bad.json', { nodes: [{ id: 'no', type: 'read-file', params: { file_path: 'gone' } }] });
  const done = await space.pflow(['wf.json']);
  const untraced = await space.pflow(['bad.json', '--no-trace']);
  expect([done.code, untraced.code]).toEqual([0, 1]);
  expect(done.stderr + untraced.stderr).not.toContain('continue:');
});

test('a redacted value needed to resume is named, together with the node that must run again', async () => {
  const space = workspace();
  space.write('secret.txt', 'password = "hunter22xyz"');
  space.write('wf.json', {
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: 'secret.txt' } },
      { id: 'say', type: 'echo', params: { message: '${read.content}' } },
      { id: 'stop', type: 'shell', params: { command: 'exit 1', stdin: '${read.content}' } },
    ],
    edges: [
      { from: 'read', to: 'say' },
      { from: 'say', to: 'stop' },
    ],
  });
  const failed = await space.pflow(['wf.json']);
  expect(continuation(failed)).toMatch(/^pflow rerun [0-9a-f]{8} --from read$/);
  const refused = await space.pflow(['rerun', 'latest']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "The trace does not contain the values that the run needs from 'stop' on: read.content holds a secret that was masked.",
  );
  expect(refused.stderr).toContain('Start at the node that produces it instead: --from read.');
  expect(refused.stderr).not.toContain('--capture full');
});
