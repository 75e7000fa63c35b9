import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shell } from '../../../src/nodes/commands/shell.js';
import { failureOf, runNode } from '../../support/run-node.js';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pflow-shell-')));
});
afterEach(() => rmSync(root, { recursive: true }));

const run = async (params: Record<string, unknown>) => (await runNode(shell, params)).outputs;

/** Waits for the process id that a command of a test writes to a file. */
const pidIn = async (name: string): Promise<number> => {
  await vi.waitUntil(
    () => existsSync(join(root, name)) && readFileSync(join(root, name), 'utf8').endsWith('\n'),
    { timeout: 10_000 },
  );
  return Number(readFileSync(join(root, name), 'utf8'));
};

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed process that its parent has not waited for still has an entry.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

test('the shell node outputs stdout, stderr and the exit code', async () => {
  expect(await runNode(shell, { command: 'echo out; echo err >&2' })).toEqual({
    action: 'default',
    outputs: { stdout: 'out', stderr: 'err', exit_code: 0, stdout_is_binary: false, stderr_is_binary: false },
    logs: ['stderr: err\n'],
  });
});

test('trailing newlines are stripped unless strip_newline is false', async () => {
  expect((await run({ command: "printf '\\na\\n\\r\\n\\n'" }))['stdout']).toBe('\na');
  expect((await run({ command: "printf '\\n\\n'" }))['stdout']).toBe('');
  expect((await run({ command: "printf 'a\\n'", strip_newline: false }))['stdout']).toBe('a\n');
});

test.each([
  ['grep -c x /dev/null', 1],
  ["cat /dev/null | LC_ALL=C grep 'a|b;c'", 1],
  ['/usr/bin/env grep x /dev/null', 1],
  ['true && grep x /dev/null', 1],
  ['which no-such-program-anywhere', 1],
  ['ls /dev/no-such-*', 2],
])('a search without a match succeeds and keeps its exit code: %s', async (command, exitCode) => {
  expect(await runNode(shell, { command })).toMatchObject({
    action: 'default',
    outputs: { exit_code: exitCode },
  });
});

test.each([
  'echo grep x; exit 1',
  'grep x /dev/null || exit 1',
  'grep x /dev/null > out; false',
  'grep x /dev/no-such-file',
  'grep x /dev/null; echo broken >&2; exit 1',
  'ls /dev/no-such-file',
  "grep 'x' /dev/null | false",
  'exit 1 # which',
])('any other command with a non-zero exit code fails: %s', async (command) => {
  expect((await runNode(shell, { command, cwd: root })).action).toBe('error');
});

test('stdin is passed as text, or as JSON if it is not text', async () => {
  expect((await run({ command: 'cat', stdin: 'text' }))['stdout']).toBe('text');
  expect((await run({ command: 'cat', stdin: { a: [1] } }))['stdout']).toBe('{"a":[1]}');
  expect((await run({ command: 'cat' }))['stdout']).toBe('');
  expect((await run({ command: 'true', stdin: 'x'.repeat(1_000_000) }))['exit_code']).toBe(0);
});

test('a command runs in the given directory with the given environment', async () => {
  const outputs = await run({
    command: 'pwd; echo $GREETING $COUNT',
    cwd: root,
    env: { GREETING: 'hi', COUNT: 3 },
  });
  expect(outputs['stdout']).toBe(`${root}\nhi 3`);
  expect(await failureOf(shell, { command: 'true', cwd: join(root, 'none') })).toBe(
    `The command cannot run in '${join(root, 'none')}': there is no such directory.`,
  );
});

test('binary output is returned as base64', async () => {
  expect(await run({ command: "printf '\\000\\377'" })).toMatchObject({
    stdout: 'AP8=',
    stdout_is_binary: true,
    stderr_is_binary: false,
  });
});

test('a failed command takes the "error" edge with its outputs, unless ignore_errors is set', async () => {
  const { action, outputs } = await runNode(shell, {
    command: 'echo partial; echo "no such thing" >&2; exit 3',
  });
  expect(action).toBe('error');
  expect(outputs).toMatchObject({
    stdout: 'partial',
    exit_code: 3,
    error: 'The command ended with exit code 3: no such thing',
  });
  const ignored = await runNode(shell, { command: 'exit 3', ignore_errors: true });
  expect(ignored.action).toBe('default');
  expect(ignored.outputs).toMatchObject({ exit_code: 3 });
  expect(ignored.outputs).not.toHaveProperty('error');
});

test('a command killed by a signal has the exit code that a shell would report', async () => {
  expect((await run({ command: 'kill -9 $$', ignore_errors: true }))['exit_code']).toBe(137);
});

test('a command that exceeds its timeout is killed with its child processes', async () => {
  const failure = failureOf(shell, {
    command: `sleep 600 & echo $! > ${root}/child; echo $$ > ${root}/shell; wait`,
    timeout: 0.5,
  });
  const pids = [await pidIn('child'), await pidIn('shell')];
  expect(await failure).toMatch(/^The command timed out after 500ms: sleep 600/);
  await vi.waitUntil(() => pids.every(isGone), { timeout: 30_000 });
});

test('a command that ignores SIGTERM is killed when the run is cancelled', async () => {
  const controller = new AbortController();
  const command = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${root}/child; while :; do sleep 1; done' & echo $$ > ${root}/shell; wait; wait`;
  const failure = failureOf(shell, { command }, { signal: controller.signal });
  const pids = [await pidIn('child'), await pidIn('shell')];
  expect(pids.some(isGone)).toBe(false);
  controller.abort();
  expect(await failure).toBe('The run was cancelled.');
  await vi.waitUntil(() => pids.every(isGone), { timeout: 30_000 });
});

test.runIf(process.platform === 'linux')('detached processes of a command are killed with it', async () => {
  const controller = new AbortController();
  const daemon = (name: string) => `sh -c 'trap "" TERM; echo $$ > ${root}/${name}; exec sleep 600'`;
  const command = `setsid ${daemon('session')} & (setsid ${daemon('orphan')} &) ; sleep 600`;
  const failure = failureOf(shell, { command }, { signal: controller.signal });
  const pids = [await pidIn('session'), await pidIn('orphan')];
  expect(pids.some(isGone)).toBe(false);
  controller.abort();
  expect(await failure).toBe('The run was cancelled.');
  await vi.waitUntil(() => pids.every(isGone), { timeout: 30_000 });
});

test('a command that exceeds the output limit is killed', async () => {
  expect(await failureOf(shell, { command: 'yes' })).toBe(
    'The command printed more than 20.0 MB on stdout: yes',
  );
});

test('a background process of a command does not delay its result', async () => {
  const outputs = await run({ command: `sleep 600 & echo $! > ${root}/child; echo started` });
  expect(outputs['stdout']).toBe('started');
  process.kill(await pidIn('child'));
});

test("a timeout above setTimeout's maximum does not fire", async () => {
  expect((await runNode(shell, { command: 'echo here', timeout: 1e9 })).outputs['stdout']).toBe('here');
});
