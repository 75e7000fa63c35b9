import { expect, test } from 'vitest';
import { stringifyAny, toNumber } from '../../../src/lib/data/foreign-value.js';
import { createRegistry } from '../../../src/nodes/registry.js';
import { decodeAnyValue } from '../../../src/otlp/decode/any-value.js';
import { validateWorkflow } from '../../../src/workflow/check/validate.js';

/** An object that String() and Number() throw on. */
const unprintable: unknown = JSON.parse('{"toString": 1, "valueOf": 2}');

test('an object of foreign JSON is converted without calling its methods', () => {
  expect(() => String(unprintable)).toThrow(TypeError);
  expect(stringifyAny(unprintable)).toBe('{"toString":1,"valueOf":2}');
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  expect(stringifyAny(cyclic)).toBe('[object]');
  expect(toNumber(unprintable)).toBeNaN();
  expect([null, undefined, 7, 'x', true].map(stringifyAny)).toEqual(['null', 'undefined', '7', 'x', 'true']);
  expect([null, '12', 7].map(toNumber)).toEqual([0, 12, 7]);
});

test.each([
  { nodes: [{ id: 'a', type: 'echo', params: {} }], edges: [], template_resolution_mode: unprintable },
  { nodes: [{ id: 'a', type: unprintable, params: {} }], edges: [] },
  {
    nodes: [{ id: unprintable, type: 'echo', params: unprintable }],
    edges: [{ from: unprintable, to: 'a' }],
  },
  { nodes: [{ id: 'a', type: 'echo', batch: { items: [1], error_handling: unprintable } }], edges: [] },
  { nodes: [{ id: 'a', type: 'workflow', params: { output_mapping: { x: unprintable } } }], edges: [] },
])('a workflow with an unprintable object in place of a word has problems: %j', (workflow) => {
  expect(validateWorkflow(workflow, createRegistry()).problems).not.toEqual([]);
});

test('an attribute of OTLP with an unprintable key is read', () => {
  expect(decodeAnyValue({ kvlistValue: { values: [{ key: unprintable, value: { intValue: 1 } }] } })).toEqual(
    { '{"toString":1,"valueOf":2}': 1 },
  );
});
