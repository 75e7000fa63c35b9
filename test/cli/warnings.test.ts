import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

/** The file `names` exists, the file `no` does not. */
const partial = {
  nodes: [
    { id: 'list', type: 'echo', params: { data: { items: ['here', 'gone'] } } },
    {
      id: 'read',
      type: 'read-file',
      params: { file_path: '${item}' },
      batch: { items: '${list.data.items}', error_handling: 'continue' },
    },
  ],
  edges: [{ from: 'list', to: 'read' }],
  outputs: { count: { source: '${read.success_count}' } },
};

test('a run with failed batch items succeeds with a warning and fails with --strict', async () => {
  const { pflow, write } = workspace();
  write('here', 'x');
  write('partial.json', partial);
  const plain = await pflow(['partial.json']);
  expect([plain.code, plain.stdout]).toEqual([0, '1\n']);
  expect(plain.stderr).toMatch(/warning: read: 1 of 2 items succeeded; failed: gone \(Cannot read 'gone'/);
  expect((await pflow(['partial.json', '--strict'])).code).toBe(1);
  const json = await pflow(['partial.json', '--output-format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    is_error: false,
    warnings: [
      {
        code: 'batch_partial',
        node: 'read',
        message: expect.stringContaining('1 of 2 items succeeded') as string,
      },
    ],
  });
  const shown = await pflow(['trace', 'show']);
  expect(shown.stdout).toContain('read: 1 of 2 items succeeded');
});

test('the available outputs are printed, and missing ones are named', async () => {
  const { pflow, write } = workspace();
  write('branches.json', {
    nodes: [
      { id: 'try', type: 'shell', params: { command: 'exit 3' } },
      { id: 'then', type: 'echo', params: { message: 'no' } },
      { id: 'else', type: 'echo', params: { message: 'rescued' } },
    ],
    edges: [
      { from: 'try', to: 'then' },
      { from: 'try', to: 'else', action: 'error' },
    ],
    outputs: { a: { source: '${then.echo}' }, b: { source: '${else.echo}' } },
  });
  const { code, stdout, stderr } = await pflow(['branches.json']);
  expect([code, stdout]).toEqual([0, 'rescued\n']);
  expect(stderr).toContain("warning: Output 'a' was not produced: ${then.echo} has no value.");
});

test('an action without an edge is one warning', async () => {
  const { pflow, write } = workspace();
  write('end.json', {
    nodes: [
      { id: 'choose', type: 'code', params: { code: 'next = "nowhere"; result = 1' } },
      { id: 'then', type: 'echo', params: { message: 'no' } },
    ],
    edges: [{ from: 'choose', to: 'then' }],
  });
  const { code, stderr } = await pflow(['end.json']);
  expect(code).toBe(0);
  expect(stderr.match(/which no edge continues/g)).toHaveLength(1);
});
