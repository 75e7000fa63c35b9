import { expect, test } from 'vitest';
import { runWorkflow } from '../support/run-workflow.js';

const shell = (id: string, command: string) => ({ id, type: 'shell', params: { command } });
const code = (id: string, source: string) => ({ id, type: 'code', params: { code: source } });

test('?? falls back from a failed node to its replacement', async () => {
  const { outputs, error } = await runWorkflow({
    nodes: [shell('primary', 'echo half; exit 1'), shell('backup', 'echo whole')],
    edges: [{ from: 'primary', to: 'backup', action: 'error' }],
    outputs: {
      text: { source: '${primary.stdout ?? backup.stdout}' },
      half: { source: '${primary.stdout}' },
      said: { source: '${primary.error ?? "nothing"}' },
      other: { source: '${backup.error ?? "nothing"}' },
    },
  });
  expect(error).toBeUndefined();
  expect(outputs).toEqual({
    text: 'whole',
    half: 'half',
    said: expect.stringContaining('exit code 1') as string,
    other: 'nothing',
  });
});

test('?? falls back from a node that was not reached and from a missing key', async () => {
  const { outputs } = await runWorkflow({
    nodes: [code('pick', 'return { next: "high", known: 1 }'), code('high', '"H"'), code('low', '"L"')],
    edges: [
      { from: 'pick', to: 'high' },
      { from: 'pick', to: 'low', action: 'low' },
    ],
    outputs: {
      branch: { source: '${low.result ?? high.result}' },
      missing: { source: '${pick.result.unknown ?? 7}' },
    },
  });
  expect(outputs).toEqual({ branch: 'H', missing: 7 });
});

test("a later successful visit clears a node's failure", async () => {
  const { outputs, error } = await runWorkflow({
    nodes: [shell('try', 'test -n "${wait.result ?? ""}" && echo done'), code('wait', '"waited"')],
    edges: [
      { from: 'try', to: 'wait', action: 'error' },
      { from: 'wait', to: 'try' },
    ],
    outputs: { text: { source: '${try.stdout ?? "failed"}' }, error: { source: '${try.error ?? "none"}' } },
  });
  expect(error).toBeUndefined();
  expect(outputs).toEqual({ text: 'done', error: 'none' });
});

test('a batch item refers to the item of another batch by index', async () => {
  const each = { items: ['a', 'b'], parallel: true };
  const { outputs } = await runWorkflow({
    nodes: [
      { id: 'first', type: 'echo', params: { message: '<${item}>' }, batch: each },
      {
        id: 'second',
        type: 'echo',
        params: { message: '${first.results[${__index__}].echo}!' },
        batch: each,
      },
    ],
    edges: [{ from: 'first', to: 'second' }],
    outputs: { texts: { source: '${second.results[0].echo}${second.results[1].echo}' } },
  });
  expect(outputs).toEqual({ texts: '<a>!<b>!' });
});
