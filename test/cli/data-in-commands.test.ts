import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

test('validation names the commands that insert data, and what to write where it cannot be quoted', async () => {
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
      nodes[1].params.command: inserts \${ask.response}, data from a model, quoted.
      nodes[2].params.command: inserts \${ask.response}, data from a model, in a here-document, where a value with special characters fails. Pass it as stdin: "\${ask.response}", or env: { DATA: "\${ask.response}" } and write "$DATA" in the command; \`raw: true\` inserts it as it is.
      nodes[3].params.command: inserts \${a.stdout}, data from a command, unquoted (raw: true): it runs as code.
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
