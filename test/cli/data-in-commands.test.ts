import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mainFile, workspace } from '../support/cli.js';
import { openTerminal } from '../support/terminal.js';

test('validation names the commands that insert data and what to write where the data cannot be quoted', async () => {
  const { write, pflow } = workspace();
  const sh = (id: string, command: string, more: object = {}) => ({
    id,
    type: 'shell',
    params: { command, ...more },
  });
  write('wf.json', {
    inputs: { words: { type: 'string', default: 'a b' } },
    nodes: [
      { id: 'ask', type: 'llm', params: { prompt: 'Hello' } },
      sh('a', 'echo ${ask.response} "${ask.response}" ${words}'),
      sh('b', 'cat <<E\n${ask.response}\nE'),
      sh('c', '${a.stdout}', { raw: true }),
      sh('d', 'echo ${words}'),
    ],
    edges: ['ask', 'a', 'b', 'c'].map((from, i) => ({ from, to: ['a', 'b', 'c', 'd'][i] })),
  });
  const { code, stdout } = await pflow(['workflow', 'validate', 'wf.json']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "wf.json is valid: 5 nodes.
      line 1, nodes[1].params.command: inserts \${ask.response}, data from a model, quoted.
      line 1, nodes[2].params.command: inserts \${ask.response}, data from a model, in a here-document, where a value with special characters fails. Pass it as stdin: "\${ask.response}", or env: { DATA: "\${ask.response}" } and write "$DATA" in the command; \`raw: true\` inserts it as it is.
      line 1, nodes[3].params.command: inserts \${a.stdout}, data from a command, unquoted (raw: true): it runs as code.
    "
  `);
  const json = await pflow(['workflow', 'validate', 'wf.json', '--output-format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    valid: true,
    data_in_commands: [
      { path: 'nodes[1].params.command', message: 'inserts ${ask.response}, data from a model, quoted.' },
      { path: 'nodes[2].params.command' },
      { path: 'nodes[3].params.command' },
    ],
  });
});

/** A workspace with the trace of a command that depends on data, edited to come from a planner. */
async function plannedRun() {
  const place = workspace();
  place.write('wf.json', {
    nodes: [
      { id: 'data', type: 'shell', params: { command: "echo 'a; b'" } },
      { id: 'use', type: 'shell', params: { command: 'echo ${data.stdout} > used' } },
    ],
    edges: [{ from: 'data', to: 'use' }],
  });
  await place.pflow(['-p', 'wf.json']);
  const [path = ''] = place.traces().filter((each) => each.endsWith('.jsonl'));
  const trace = readFileSync(path, 'utf8');
  expect(trace).toContain('"origin":"file"');
  writeFileSync(path, trace.replaceAll('"origin":"file"', '"origin":"planned"'));
  rmSync(join(place.folder, 'used'));
  return { ...place, path, used: () => existsSync(join(place.folder, 'used')) };
}

test.each([
  [['rerun'], 'y\r', 0],
  [['rerun'], 'n\r', 130],
  [['tui', '--rerun'], 'y', 0],
  [['tui', '--rerun'], 'n', 130],
])(
  'a planned command that depends on data is confirmed once its value is known: %s, %j',
  async (args, key, code) => {
    const { folder, env, path, used } = await plannedRun();
    const terminal = openTerminal({
      command: process.execPath,
      args: [mainFile, ...args, path],
      cwd: folder,
      env: { ...env, CI: undefined },
    });
    const isScreen = args.includes('tui');
    await terminal.waitFor(
      (rows) => rows.some((row) => /Run it\?|⏎ run/.test(row)),
      'the question about the plan',
    );
    terminal.write(isScreen ? '\r' : 'y\r');
    await terminal.waitFor(
      (rows) => rows.join('').replaceAll(/\s/g, '').includes(`runs"echo'a;b'>used"`),
      'the resolved command',
    );
    expect(used()).toBe(false);
    terminal.write(key);
    if (isScreen && code === 0) {
      await terminal.waitFor((rows) => rows.some((row) => row.includes('✓ done')), 'the end');
      terminal.write('q');
    } else if (isScreen) {
      await terminal.waitFor((rows) => rows.some((row) => row.includes('cancelled')), 'the end');
      terminal.write('q');
    }
    expect((await terminal.exit).code).toBe(code);
    expect(used()).toBe(code === 0);
  },
);

test('--yes skips the confirmation of commands that depend on data', async () => {
  const { pflow, path, used } = await plannedRun();
  expect((await pflow(['rerun', '-y', path])).code).toBe(0);
  expect(used()).toBe(true);
});
