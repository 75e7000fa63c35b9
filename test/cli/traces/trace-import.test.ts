import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../../support/cli.js';

const user = (second: number, content: unknown) => ({
  type: 'user',
  sessionId: 'session-one',
  timestamp: `2026-06-01T10:00:0${second}Z`,
  message: { role: 'user', content },
});
const assistant = (second: number, id: string, input: number) => ({
  type: 'assistant',
  sessionId: 'session-one',
  timestamp: `2026-06-01T10:00:0${second}Z`,
  requestId: `req_${id}`,
  message: {
    id: `msg_${id}`,
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [{ type: 'text', text: 'done' }],
    usage: {
      input_tokens: input,
      output_tokens: 10,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
    },
  },
});
const jsonl = (...lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test('a foreign file is shown, exported and compared like a trace, and is not modified', async () => {
  const { pflow, write, folder, traces } = workspace();
  const content = jsonl(user(0, 'rename it'), assistant(2, 'a', 1000));
  write('session.jsonl', content);
  const shown = await pflow(['trace', 'show', 'session.jsonl']);
  expect(shown.stdout).toContain('turn 1');
  expect(shown.stdout).toContain('claude-haiku-4-5');
  const exported = JSON.parse(
    (await pflow(['trace', 'export', 'session.jsonl', '--format', 'otlp'])).stdout,
  ) as object;
  expect(JSON.stringify(exported)).toContain('"gen_ai.usage.input_tokens","value":{"intValue":"1000"}');
  const replayed = await pflow(['tui', '--trace', 'session.jsonl']);
  expect([replayed.code, replayed.stderr]).toEqual([0, expect.stringContaining('1,010')]);
  expect((await pflow(['trace', 'diff', 'session.jsonl', 'session.jsonl'])).code).toBe(0);
  expect(readFileSync(join(folder, 'session.jsonl'), 'utf8')).toBe(content);
  expect(traces()).toEqual([]);
});

test('an import is redacted, private and not repeated until the file has grown', async () => {
  const { pflow, write, traces, folder, env } = workspace();
  const secret = `ghp_${'a1B2c3D4'.repeat(4)}e5F6`;
  write('session.jsonl', jsonl(user(0, `use ${secret}`), assistant(2, 'a', 1000)));
  expect((await pflow(['trace', 'import', 'session.jsonl'])).stdout).toMatch(
    /^session\.jsonl: imported as [0-9a-f]{8}\n$/,
  );
  const [trace] = traces();
  expect([statSync(trace!).mode & 0o777, readFileSync(trace!, 'utf8').includes(secret)]).toEqual([
    0o600,
    false,
  ]);
  const first = readFileSync(trace!, 'utf8');
  expect((await pflow(['trace', 'import', 'session.jsonl'])).stdout).toContain('unchanged');
  expect([traces(), readFileSync(trace!, 'utf8')]).toEqual([[trace], first]);
  appendFileSync(join(folder, 'session.jsonl'), jsonl(assistant(5, 'b', 500)));
  expect((await pflow(['trace', 'import', 'session.jsonl'])).stdout).toContain('updated');
  expect(traces()).toHaveLength(1);
  const ledger = join(env['PFLOW_HOME']!, 'ledger');
  const lines = readdirSync(ledger).flatMap((name) =>
    readFileSync(join(ledger, name), 'utf8').trim().split('\n'),
  );
  const calls = lines
    .map((line) => JSON.parse(line) as { kind?: string; id?: string; source: string })
    .filter(({ kind }) => kind !== 'run');
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  expect(new Set(calls.map(({ source }) => source))).toEqual(new Set(['imported']));
  expect((await pflow(['trace', 'show', 'latest'])).stdout).toContain('1,520');
});

test('importing a folder includes its sub-folders and skips files that are not traces', async () => {
  const { pflow, write, folder, traces } = workspace();
  mkdirSync(join(folder, 'logs', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'logs', 'deep', 'session.jsonl'), jsonl(user(0, 'hi'), assistant(1, 'a', 5)));
  writeFileSync(join(folder, 'logs', 'notes.md'), '# Notes');
  const { code, stdout, stderr } = await pflow(['trace', 'import', 'logs', '--output-format', 'json']);
  expect([code, stderr]).toEqual([0, '1 other file left out.\n']);
  expect(JSON.parse(stdout)).toMatchObject([
    { path: 'logs/deep/session.jsonl', status: 'imported', trace: traces()[0] },
  ]);
  write('notes.md', '# Notes');
  const named = await pflow(['trace', 'import', 'notes.md']);
  expect([named.code, named.stderr]).toEqual([
    1,
    expect.stringContaining('it looks like text that begins with "# Notes"'),
  ]);
});

test("importing an exported run of pflow does not replace the run's own trace", async () => {
  const { pflow, write, traces } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await pflow(['-p', 'wf.json']);
  const [own] = traces();
  const before = readFileSync(own!, 'utf8');
  write('run.otlp.json', (await pflow(['trace', 'export', 'latest', '--format', 'otlp'])).stdout);
  expect((await pflow(['trace', 'import', 'run.otlp.json'])).stdout).toContain('has a trace of its own');
  expect([traces().filter((path) => !path.includes('.values')), readFileSync(own!, 'utf8')]).toEqual([
    [own],
    before,
  ]);
  expect((await pflow(['trace', 'show', 'run.otlp.json'])).stdout).toContain('say');
});
