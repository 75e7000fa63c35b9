import { expect, test } from 'vitest';
import { requireOutputs, resolveOutputs } from '../../../src/runtime/flow/outputs.js';
import { createStore, ensureNamespace } from '../../../src/runtime/store/store.js';
import { workflowSchema } from '../../../src/workflow/format/ir.js';

const workflow = (outputs: Record<string, object>) =>
  workflowSchema.parse({
    nodes: [
      { id: 'a', type: 'shell' },
      { id: 'b', type: 'shell' },
      { id: 'c', type: 'shell' },
    ],
    outputs,
  });

function storeOf(written: Record<string, Record<string, unknown>>) {
  const shared = createStore({});
  for (const [id, values] of Object.entries(written)) Object.assign(ensureNamespace(shared, id), values);
  return shared;
}

test('an output without a source is the last value of its name that a node wrote', () => {
  const shared = storeOf({ a: { stdout: 'first' }, b: { stdout: 'second' } });
  expect(resolveOutputs(workflow({ stdout: {} }), shared)).toEqual({
    outputs: { stdout: 'second' },
    missing: [],
  });
});

test('an output of an untaken branch is missing with the reason, and the others are present', () => {
  const shared = storeOf({ a: { stdout: 'x' } });
  const { outputs, missing } = requireOutputs(
    workflow({ there: { source: '${a.stdout}' }, gone: { source: '${b.stdout}' }, none: {} }),
    shared,
  );
  expect(outputs).toEqual({ there: 'x' });
  expect(missing.map(({ name, error }) => [name, error.code, error.message])).toEqual([
    ['gone', 'unresolved_template', expect.stringContaining('${b.stdout} has no value.')],
    ['none', 'unresolved_template', "No node wrote 'none'."],
  ]);
});

test('a run without any of its outputs fails with the reason of the first', () => {
  const gone = workflow({ gone: { source: '${b.stdout}' } });
  expect(() => requireOutputs(gone, storeOf({}))).toThrow('${b.stdout} has no value.');
});
