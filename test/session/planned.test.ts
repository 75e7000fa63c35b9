import { expect, test } from 'vitest';
import { createRegistry } from '../../src/nodes/registry.js';
import { createRunPlanned } from '../../src/session/planned.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import { createRedactor } from '../../src/trace/redact/redact.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';

const types = createRegistry();

function planned(level: 'preview' | 'none') {
  const { workflow } = validateWorkflow(
    {
      inputs: { token: { type: 'string' }, path: { type: 'string', default: 'out.txt' } },
      nodes: [
        { id: 'say', type: 'echo', params: { message: 'hi' } },
        { id: 'send', type: 'shell', params: { command: 'curl -H "x: ${token}" example.com' } },
        { id: 'keep', type: 'write-file', params: { file_path: '${path}', content: '${send.stdout}' } },
      ],
      edges: [
        { from: 'say', to: 'send' },
        { from: 'send', to: 'keep' },
      ],
    },
    types,
  );
  const params = { token: 'ghp_0123456789abcdefghijABCDEFGHIJ456789', path: 'kept.txt' };
  const capture = createCapture({ level, redactor: createRedactor({ env: {} }) });
  return createRunPlanned(
    { workflow: workflow!, params, origin: 'planned', name: 'send', reading: [] },
    types,
    {
      capture,
    },
  );
}

test('the planned event contains the effects of each node, with the values of this run', () => {
  const { nodes, params } = planned('preview');
  expect(nodes.map(({ effects }) => effects?.map(({ effect }) => effect))).toEqual([
    undefined,
    ['runs-commands'],
    ['writes'],
  ]);
  expect(nodes[2]!.effects).toEqual([{ effect: 'writes', what: 'writes "kept.txt"' }]);
  expect(params).toMatchObject({ path: 'kept.txt' });
});

test('the planned event contains no secret, and no value at all with capture off', () => {
  expect(JSON.stringify(planned('preview'))).not.toContain('ghp_0123456789');
  expect(JSON.stringify(planned('none'))).not.toMatch(/ghp_0123456789|kept\.txt|curl/);
});

test('the effects of a nested workflow are in the planned event under the node that runs it', () => {
  const inner = { nodes: [{ id: 'wipe', type: 'delete-file', params: { file_path: 'all.txt' } }] };
  const { workflow } = validateWorkflow(
    {
      nodes: [
        {
          id: 'inner',
          type: 'workflow',
          params: {
            workflow_ir: { nodes: [{ id: 'deep', type: 'workflow', params: { workflow_ir: inner } }] },
          },
        },
        { id: 'innermost', type: 'echo', params: { message: 'hi' } },
      ],
      edges: [{ from: 'inner', to: 'innermost' }],
    },
    types,
  );
  const { nodes } = createRunPlanned(
    { workflow: workflow!, params: {}, origin: 'planned', name: 'nested', reading: [] },
    types,
    { capture: createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) }) },
  );
  expect(nodes.map(({ effects }) => effects)).toEqual([
    [{ effect: 'deletes', what: 'deletes "all.txt" (in deep/wipe)' }],
    undefined,
  ]);
});

test('a repaired plan has the attempt and its problem in the planned event, without secrets', () => {
  const { workflow } = validateWorkflow(
    { nodes: [{ id: 'say', type: 'echo', params: { message: 'hi' } }] },
    types,
  );
  const capture = createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) });
  const repaired = { attempt: 2, reason: 'Node say has no key ghp_0123456789abcdefghijABCDEFGHIJ456789.' };
  const plan = {
    workflow: workflow!,
    params: {},
    origin: 'planned',
    name: 'say',
    reading: [],
    repaired,
  } as const;
  const event = createRunPlanned(plan, types, { capture });
  expect(event.repaired).toMatchObject({
    attempt: 2,
    reason: expect.stringContaining('Node say has no key'),
  });
  expect(event.repaired!.reason).not.toContain('ghp_0123456789');
  const { repaired: _none, ...valid } = plan;
  expect(createRunPlanned(valid, types, { capture })).not.toHaveProperty('repaired');
});
