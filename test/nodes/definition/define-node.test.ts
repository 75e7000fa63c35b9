import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineNode, type NodeType } from '../../../src/index.js';
import { failureOf, runNode } from '../../support/run-node.js';

const about = { type: 'typed', description: 'Shows which types a definition has.' };

test('exec, prep and post have the types inferred from the schemas', async () => {
  const node = defineNode({
    ...about,
    params: z.object({
      text: z.string(),
      times: z.number().default(2),
      tags: z.array(z.string()).optional(),
    }),
    outputs: z.object({ said: z.string(), length: z.number().optional() }),
    prep: ({ params, shared }) => {
      expectTypeOf(params).toEqualTypeOf<{ text: string; times: number; tags?: string[] | undefined }>();
      expectTypeOf(shared).toEqualTypeOf<Record<string, unknown>>();
      return new Date(0);
    },
    exec: ({ params, prepared, signal, log }) => {
      expectTypeOf(params.times).toEqualTypeOf<number>();
      expectTypeOf(prepared).toEqualTypeOf<Date>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      log(params.text);
      return { said: params.text.repeat(params.times) };
    },
    post: ({ outputs, prepared }) => {
      expectTypeOf(outputs).toEqualTypeOf<{ said: string; length?: number | undefined }>();
      expectTypeOf(prepared).toEqualTypeOf<Date>();
      return outputs.said === '' ? 'empty' : undefined;
    },
  });
  expectTypeOf(node).toEqualTypeOf<NodeType>();
  expect((await runNode(node, { text: 'ab' })).outputs).toEqual({ said: 'abab' });
});

test('code that does not match the schemas does not compile', () => {
  const params = z.object({ text: z.string() });
  const outputs = z.object({ said: z.string() });
  const types = [
    // @ts-expect-error said is text, not a number
    defineNode({ ...about, params, outputs, exec: () => ({ said: 1 }) }),
    // @ts-expect-error said is missing
    defineNode({ ...about, params, outputs, exec: async () => ({}) }),
    // @ts-expect-error there is no such parameter
    defineNode({ ...about, params, outputs, exec: ({ params: { txt } }) => ({ said: txt }) }),
    // @ts-expect-error a parameter is text, not a number
    defineNode({ ...about, params, outputs, exec: ({ params: { text } }) => ({ said: 'x', n: text - 1 }) }),
    // @ts-expect-error there is no such effect
    defineNode({ ...about, params, outputs, effects: ['explodes'], exec: () => ({ said: 'x' }) }),
    // @ts-expect-error a definition needs an exec
    defineNode({ ...about, params, outputs }),
  ];
  expect(types.map(({ type }) => type)).toEqual(Array(6).fill('typed'));
});

const typed = (result: object) =>
  defineNode({
    type: 'typed',
    description: 'Returns what it is given.',
    params: z.object({}),
    outputs: z.object({
      said: z.string().describe('Text'),
      times: z.number().optional().describe('A number'),
    }),
    exec: () => result as { said: string },
  });

test.each([
  [{ saidd: 5 }, /^Node type 'typed' returned outputs that do not fit its `outputs`: said: /],
  [{ said: 'a', times: 'b' }, /times: must be a number/],
])('a custom node that returns %j fails with what does not fit its schema', async (result, message) => {
  expect(await failureOf(typed(result), {})).toMatch(message);
});

test('a custom node may return more than its schema declares', async () => {
  const outputs = { said: 'a', llm_usage: { input_tokens: 1 } };
  expect((await runNode(typed(outputs), {})).outputs).toEqual(outputs);
});
