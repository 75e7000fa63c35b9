import { expect, test } from 'vitest';
import { generateVariants } from '../../../src/pricing/names/name-variants.js';

const variants = (id: string): string[] => [...generateVariants(id)].map((variant) => variant.id);

test.for<[name: string, variants: string[]]>([
  ['gpt-5', []],
  ['claude-opus-4-1[1m]', ['claude-opus-4-1', 'claude-opus-4.1', 'claude-4-1-opus', 'claude-4.1-opus']],
  ['x[1m]y', []],
  ['x:nitro', ['x']],
  ['x:floor', ['x']],
  ['x:nitro-2', []],
  ['x@20250929', ['x-20250929', 'x']],
  ['x@202509291', []],
  ['x@default', ['x']],
  ['x@default-2', []],
  ['x-2025-09-29', ['x']],
  ['x-20251331', []],
  ['gemini-2.0-flash-001', ['gemini-2.0-flash', 'gemini-2-0-flash-001', 'gemini-2-0-flash']],
  ['gemini-2.0-flash-001-x', ['gemini-2-0-flash-001-x']],
  ['my-gemini-x-001', []],
  ['gpt-35-turbo', ['gpt-3.5-turbo', 'gpt-3-5-turbo']],
  ['my-gpt-35-turbo', []],
  [
    'claude-3-5-sonnet-v2',
    [
      'claude-3-5-sonnet',
      'claude-3.5-sonnet-v2',
      'claude-3.5-sonnet',
      'claude-sonnet-3-5',
      'claude-sonnet-3.5',
    ],
  ],
  ['my-claude-3-5-sonnet-v2', ['my-claude-3.5-sonnet-v2']],
  ['claude-3-5-sonnet-v2-x', ['claude-3.5-sonnet-v2-x']],
  ['gpt-4-0613', ['gpt-4']],
  ['gpt-5-0613', []],
  ['gpt-4-1340', []],
  ['kimi-k2-0711', ['kimi-k2']],
  ['x-preview', ['x']],
  ['x-preview-05-20', ['x']],
  ['x-preview-05-2025', ['x']],
  ['x-preview-05', []],
  ['x-preview-y', []],
])('%s is also written %j', ([name, others]) => {
  expect(
    variants(name)
      .filter((each) => each !== name)
      .toSorted(),
  ).toEqual(others.toSorted());
});

test.for<[name: string, spelled: string[]]>([
  ['claude-4-sonnet', ['claude-sonnet-4']],
  ['claude-sonnet-4', ['claude-4-sonnet']],
  ['claude-4-5-sonnet', ['claude-4.5-sonnet', 'claude-sonnet-4-5', 'claude-sonnet-4.5']],
  ['claude-sonnet-4.5', ['claude-sonnet-4-5', 'claude-4.5-sonnet', 'claude-4-5-sonnet']],
  ['claude-sonnet-4.15', ['claude-sonnet-4-15', 'claude-4.15-sonnet', 'claude-4-15-sonnet']],
  ['claude-14-sonnet', ['claude-sonnet-14']],
  ['claude-sonnet-14', ['claude-14-sonnet']],
  ['claude-4-sonnet-x', []],
  ['my-claude-4-sonnet', []],
  ['my-claude-sonnet-4', []],
  ['claude-sonnet-4-x', []],
  ['claude-4-4', ['claude-4.4']],
  ['llama-3.1-8b', ['llama-3-1-8b']],
  ['llama-3-1', ['llama-3.1']],
  ['x-1-2-3', ['x-1.2-3']],
  ['x-10-2', ['x-10.2']],
  ['x-1-20', []],
  ['x-100-2', []],
])('the words and dots of %s may be arranged as in %j', ([name, spelled]) => {
  expect(variants(name).slice(1).toSorted()).toEqual(spelled.toSorted());
});

test('each variant lists its steps, and what is assumed is marked, there and in what follows from it', () => {
  expect([...generateVariants('x@20250929')]).toEqual([
    { id: 'x@20250929', steps: [], assumed: false },
    { id: 'x-20250929', steps: ['@ read as -'], assumed: false },
    { id: 'x', steps: ['@ read as -', '-20250929 stripped'], assumed: false },
  ]);
  expect([...generateVariants('gpt-35-turbo')][1]!.steps).toEqual(['read as gpt-3.5-turbo']);
  expect([...generateVariants('x-1.5-preview')]).toEqual([
    { id: 'x-1.5-preview', steps: [], assumed: false },
    { id: 'x-1.5', steps: ['-preview stripped, taking the preview to cost the same'], assumed: true },
    { id: 'x-1-5-preview', steps: ['spelled x-1-5-preview'], assumed: false },
    {
      id: 'x-1-5',
      steps: ['-preview stripped, taking the preview to cost the same', 'spelled x-1-5'],
      assumed: true,
    },
  ]);
});
