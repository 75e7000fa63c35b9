import { expect, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { describeItem } from '../../../src/trace/record/item-label.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { runWorkflow } from '../../support/run-workflow.js';
import { memorySink } from '../../support/tracing.js';

const batch = {
  nodes: [
    {
      id: 'each',
      type: 'shell',
      params: { command: 'echo ${item.name} >&2; test ${item.name} != two' },
      batch: { items: '${list}', error_handling: 'continue' },
    },
  ],
  inputs: { list: { type: 'array' } },
};

test('the end of a batch records the number of successful items, and an item is labelled by its value', async () => {
  const sink = memorySink();
  const list = [{ name: 'one' }, { name: 'two' }, { name: 'three' }];
  await runWorkflow(batch, { sink, inputs: { list } });
  const items = sink.of('span.started').filter(({ kind }) => kind === 'item');
  expect(items.map(({ label }) => label)).toEqual(['one', 'two', 'three']);
  const node = sink.of('span.started').find(({ kind }) => kind === 'node')!;
  expect(sink.of('span.finished').find(({ span }) => span === node.span)).toMatchObject({
    batch: { ok: 2, failed: 1, of: 3 },
  });
  expect(sink.of('log.written').map(({ source, stream }) => [source, stream])).toEqual([
    ['shell', 'stderr'],
    ['shell', 'stderr'],
    ['shell', 'stderr'],
  ]);
});

test('a label is a single short line without secrets', () => {
  const sink = { capture: createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) }) };
  expect(describeItem('two\n lines', sink)).toBe('two lines');
  expect(describeItem('x'.repeat(500), sink)).toHaveLength(80);
  expect(describeItem(17, sink)).toBe('17');
  expect(describeItem({ size: 3, title: 'A' }, sink)).toBe('A');
  expect([undefined, null, {}, [], ' ', { name: {} }].map((value) => describeItem(value, sink))).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
  const secret = `${'pad '.repeat(18)}ghp_0123456789abcdefghijABCDEFGHIJ456789`;
  expect(describeItem(secret, sink)).not.toContain('ghp_0');
});

test('an item has no label with capture off', () => {
  const sink = { capture: createCapture({ level: 'none', redactor: createRedactor({ env: {} }) }) };
  expect(describeItem('secret plan', sink)).toBeUndefined();
});

test('items whose empty output something uses are counted', async () => {
  const each = {
    id: 'each',
    type: 'shell',
    params: { command: '[ ${item} = b ] || echo ${item}' },
    batch: { items: ['b', 'b', 'c'] },
  };
  const after = { id: 'after', type: 'echo', params: { message: 'done' } };
  const edges = [{ from: 'each', to: 'after' }];
  const countsOf = async (workflow: object) => {
    const sink = memorySink();
    await runWorkflow(workflow, { sink });
    return sink.of('span.finished').flatMap(({ batch: counts }) => counts ?? []);
  };
  expect(await countsOf({ nodes: [each] })).toEqual([{ ok: 3, failed: 0, of: 3, empty: 2 }]);
  expect(await countsOf({ nodes: [each, after], edges })).toEqual([{ ok: 3, failed: 0, of: 3 }]);
});
