import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const prose =
  'The quick brown fox jumps over the dog. The dog sleeps. Foxes are quick and brown. Dogs sleep a lot.';

/** The paths of all keys of an object, in order: the contract of the JSON output. */
function keyOrder(value: object, above = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const isTable = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isTable ? keyOrder(inner as object, `${above}${key}.`) : [`${above}${key}`];
  });
}

test('stdout contains only the result, and stderr one line of progress per node', async () => {
  const { pflow, write, traces } = workspace();
  write('notes.md', prose);
  const { code, stdout, stderr } = await pflow(['count words in notes.md']);
  expect([code, stdout]).toEqual([0, '20\n']);
  const [trace] = traces();
  expect(stderr.replaceAll(/^(✓ \S+) .*/gm, '$1').replace(trace!, '<trace>')).toMatchInlineSnapshot(`
    "no model: offline rules (PFLOW_MODEL names it)
    ✓ workflow-discovery
    ✓ parameter-mapping
    ✓ parameter-preparation
    ✓ result-preparation
      count words in notes.md → saved workflow 'count-words'
    ✓ read
    ✓ count
    trace: <trace>
    "
  `);
});

test('--print prints only the result', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  expect(await pflow(['-p', 'count words in notes.md'])).toEqual({ code: 0, stdout: '20\n', stderr: '' });
});

test('options may precede or follow the command', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  expect(await pflow(['-p', 'tui', 'count words in notes.md'])).toEqual({
    code: 0,
    stdout: '20\n',
    stderr: '',
  });
  expect(await pflow(['tui', 'count words in notes.md', '-p'])).toEqual({
    code: 0,
    stdout: '20\n',
    stderr: '',
  });
});

test('the JSON of a planned run has its keys in the documented order', async () => {
  const { pflow, write, traces } = workspace();
  write('notes.md', prose);
  const { code, stdout, stderr } = await pflow(['--output-format', 'json', 'count words in notes.md']);
  expect([code, stderr]).toEqual([0, '']);
  const summary = JSON.parse(stdout) as Record<string, unknown>;
  expect(summary).toMatchObject({
    result: 20,
    is_error: false,
    total_cost_usd: null,
    trace_path: traces()[0],
  });
  expect(keyOrder(summary)).toMatchInlineSnapshot(`
    [
      "result",
      "is_error",
      "duration_ms",
      "critical_path_ms",
      "duration_planner_ms",
      "total_cost_usd",
      "cost_note",
      "num_nodes",
      "metrics.planner.duration_ms",
      "metrics.planner.cost_usd",
      "metrics.planner.node_timings.workflow-discovery",
      "metrics.planner.node_timings.parameter-mapping",
      "metrics.planner.node_timings.parameter-preparation",
      "metrics.planner.node_timings.result-preparation",
      "metrics.planner.tokens_input",
      "metrics.planner.tokens_output",
      "metrics.planner.tokens_total",
      "metrics.planner.tokens_estimated",
      "metrics.planner.models_used",
      "metrics.workflow.duration_ms",
      "metrics.workflow.cost_usd",
      "metrics.workflow.node_timings.read",
      "metrics.workflow.node_timings.count",
      "metrics.total.duration_ms",
      "metrics.total.cost_usd",
      "metrics.total.tokens_total",
      "metrics.total.tokens_estimated",
      "trace_path",
    ]
  `);
});

test('the JSON of a workflow run omits the planner', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  const { stdout } = await pflow(['wf.json', '--output-format', 'json', '--no-trace']);
  const summary = JSON.parse(stdout) as Record<string, unknown>;
  expect(summary).toMatchObject({
    result: 'hello',
    duration_planner_ms: null,
    num_nodes: 1,
    trace_path: null,
  });
  expect(keyOrder(summary['metrics'] as object)).toMatchInlineSnapshot(`
    [
      "workflow.duration_ms",
      "workflow.cost_usd",
      "workflow.node_timings.say",
      "total.duration_ms",
      "total.cost_usd",
      "total.tokens_total",
    ]
  `);
});

test('the JSON and stderr of a failed run name the node and the reason', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'read', type: 'read-file', params: { file_path: 'nosuch.md' } }] });
  const { code, stdout, stderr } = await pflow(['wf.json', '--output-format', 'json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    result: null,
    is_error: true,
    error: { node: 'read', message: "Cannot read 'nosuch.md': there is no such file." },
  });
  expect(stderr).toMatch(
    /^pflow: Node 'read' failed: Cannot read 'nosuch.md': there is no such file.\ncontinue: pflow rerun [0-9a-f]{8}\n$/,
  );
});

test('without a terminal no colours or cursor sequences are written', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  for (const env of [{}, { FORCE_COLOR: '3' }, { NO_COLOR: '1' }, { TERM: 'dumb' }, { CI: 'true' }]) {
    const { stdout, stderr } = await pflow(['tui', 'summarize notes.md'], { env });
    expect(stdout + stderr).not.toContain('\x1b');
  }
});

test('piped text is the value of the stdin input', async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    inputs: { text: { type: 'string', stdin: true } },
    outputs: { said: { source: '${say.echo}' } },
    nodes: [{ id: 'say', type: 'echo', params: { message: '${text}', uppercase: true } }],
  });
  expect(await pflow(['-p', 'wf.json'], { input: 'from a pipe' })).toMatchObject({
    code: 0,
    stdout: 'FROM A PIPE\n',
  });
  expect(await pflow(['-p', 'wf.json', 'text=given'], { input: 'from a pipe' })).toMatchObject({
    stdout: 'GIVEN\n',
  });
  expect(await pflow(['-p', 'wf.json'])).toMatchObject({ code: 2 });
});

test('key=value arguments are the inputs of a saved workflow, converted to their types', async () => {
  const { pflow, write } = workspace();
  write('notes.md', prose);
  expect(await pflow(['-p', 'count-words', 'file_path=notes.md'])).toMatchObject({ code: 0, stdout: '20\n' });
});

test("a user's workflow takes precedence over a shipped one of the same name", async () => {
  const { pflow, env } = workspace();
  const folder = join(env['PFLOW_HOME']!, 'workflows');
  mkdirSync(folder, { recursive: true });
  const mine = { nodes: [{ id: 'say', type: 'echo', params: { message: 'mine' } }] };
  writeFileSync(join(folder, 'count-words.json'), JSON.stringify(mine));
  expect(await pflow(['-p', 'count-words'])).toMatchObject({ code: 0, stdout: 'mine\n' });
});

test('`plan` prints the workflow as JSON that can be run unchanged', async () => {
  const { pflow, write, traces } = workspace();
  write('notes.md', prose);
  const { code, stdout } = await pflow(['plan', '-p', 'count lines in notes.md']);
  expect([code, traces().length]).toEqual([0, 1]);
  write('planned.json', stdout);
  expect(await pflow(['-p', 'planned.json'])).toMatchObject({ code: 0, stdout: '1\n' });
});

test('the chosen model is printed with the reason for the choice', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'Hi', timeout: 1 } }] });
  const { stderr } = await pflow(['wf.json'], {
    env: { PFLOW_MODEL: undefined, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_API_KEY: 'none' },
  });
  expect(stderr).toMatch(/^model: anthropic\/\S+ \(ANTHROPIC_API_KEY is set\)\n/);
});

test('a closed stdout ends the program without an error', async () => {
  const { start } = workspace();
  const { child, ended } = start(['pricing', 'list']);
  child.stdout!.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test("a result longer than a pipe's buffer is written completely", async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    nodes: [{ id: 'long', type: 'code', params: { code: "return 'x'.repeat(3_000_000)" } }],
  });
  const { code, stdout } = await pflow(['-p', 'wf.json']);
  expect([code, stdout.length]).toEqual([0, 3_000_001]);
});
