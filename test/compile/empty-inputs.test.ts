import { expect, test } from 'vitest';
import { NodeFailure } from '../../src/runtime/flow/flow.js';
import { runWorkflow } from '../support/run-workflow.js';
import { memorySink } from '../support/tracing.js';

const quiet = { id: 'list', type: 'shell', params: { command: 'echo "no such option: -P" >&2; true' } };
const flow = (node: object) => ({ nodes: [quiet, node], edges: [{ from: 'list', to: 'use' }] });
const hintOf = async (node: object) => {
  const { error } = await runWorkflow(flow(node));
  expect(error).toBeInstanceOf(NodeFailure);
  return (error as NodeFailure).hint;
};

test('a node that fails on an empty value names the node that left it empty, and what that printed to stderr', async () => {
  const expected = "Node 'list' left ${list.stdout} empty and printed to stderr: no such option: -P";
  expect(
    await hintOf({
      id: 'use',
      type: 'echo',
      batch: { items: '${list.stdout}' },
      params: { message: '${item}' },
    }),
  ).toBe(expected);
  // A node that reports its failure by its action and one that throws.
  expect(
    await hintOf({ id: 'use', type: 'shell', params: { command: 'cat; exit 3', stdin: '${list.stdout}' } }),
  ).toBe(expected);
  expect(
    await hintOf({
      id: 'use',
      type: 'code',
      params: { inputs: { text: '${list.stdout}' }, code: 'JSON.parse(text)' },
    }),
  ).toBe(expected);
});

test('a failure on values that are there is explained by nothing else', async () => {
  expect(
    await hintOf({ id: 'use', type: 'shell', params: { command: 'exit ${list.exit_code}3' } }),
  ).toBeUndefined();
});

test('the explanation is in the trace, at the node that failed', async () => {
  const sink = memorySink();
  await runWorkflow(flow({ id: 'use', type: 'shell', params: { command: 'false ${list.stdout}' } }), {
    sink,
  });
  const hints = sink.of('span.finished').flatMap(({ error }) => error?.hint ?? []);
  expect(hints).toEqual(["Node 'list' left ${list.stdout} empty and printed to stderr: no such option: -P"]);
});
