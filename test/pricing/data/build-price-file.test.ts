import { expect, test } from 'vitest';
import { amendments } from '../../../src/pricing/data/amendments.js';
import { buildPriceFile, formatPriceFile } from '../../../src/pricing/data/build-price-file.js';
import { hosts, makers, router } from '../../../src/pricing/sellers/sellers.js';
import type { SourceProvider } from '../../../src/pricing/data/source-data.js';

const origin = { source: 'test data', license: 'MIT', date: '2026-01-02', note: 'For a test.' };

function provider(id: string, ...models: [id: string, input: number][]): SourceProvider {
  return {
    id,
    models: models.map(([model, input]) => ({
      id: model,
      match: { equals: model },
      prices: [{ prices: { output_mtok: 2 * input, input_mtok: input } }],
    })),
  };
}

const providers = [
  provider('openrouter', ['openai/gpt-5', 1]),
  provider('anthropic', ['claude-b', 3], ['claude-a', 4]),
  provider('openai', ['gpt-5-mini', 0.25], ['gpt-5', 1.25]),
];

test('models are ordered by seller, makers first and the router last, and by name', () => {
  const keys = Object.keys(buildPriceFile(providers, origin).file.models);
  const sellers = keys.map((key) => key.slice(0, key.indexOf('/')));
  const order: readonly string[] = [...makers, ...hosts, router];
  expect([...new Set(sellers)]).toEqual(order.filter((seller) => sellers.includes(seller)));
  for (const seller of new Set(sellers)) {
    const own = keys.filter((key) => key.startsWith(`${seller}/`));
    expect(own).toEqual(own.toSorted());
  }
  expect(keys.at(-1)).toBe('openrouter/openai/gpt-5');
  expect(buildPriceFile(providers.toReversed(), origin).file).toEqual(buildPriceFile(providers, origin).file);
});

test('the file states where its data is from, and the rates of a model are in the order of the table', () => {
  const { file } = buildPriceFile(providers, origin);
  expect(file).toMatchObject({ ...origin, currency: 'USD', unit: 'per_million' });
  const mini = file.models['openai/gpt-5-mini']!;
  expect(Object.keys(mini).slice(0, 2)).toEqual(['input', 'output']);
  expect(mini).toMatchObject({ input: 0.25, output: 0.5 });
  expect(Object.values(mini)).not.toContain(undefined);
});

test('an amendment either changes a model, and its reason is in the file, or is reported as outdated', () => {
  const { file, outdated } = buildPriceFile(providers, origin);
  const named = Object.values(file.models).flatMap(({ amended = [] }) => amended);
  expect(Object.keys(file.amendments).toSorted()).toEqual([...new Set(named)].toSorted());
  expect(named.length).toBeGreaterThan(0);
  expect([...Object.keys(file.amendments), ...outdated].toSorted()).toEqual(
    amendments.map(({ id }) => id).toSorted(),
  );
  for (const note of Object.values(file.amendments))
    expect(Object.keys(note)).toEqual(['reason', 'source', 'date']);
});

test('a model without any price is reported, unless an amendment prices it', () => {
  const empty: SourceProvider = {
    id: 'openai',
    models: [{ id: 'gpt-free', match: { equals: 'gpt-free' }, prices: [{ prices: {} }] }],
  };
  const { file, unpriced } = buildPriceFile([empty], origin);
  expect(unpriced).toEqual(['openai/gpt-free']);
  expect(file.models).not.toHaveProperty(['openai/gpt-free']);
});

test('the text of a price file has a model on each line and reads as the same file', () => {
  const { file } = buildPriceFile(providers, origin);
  const text = formatPriceFile(file);
  expect(JSON.parse(text)).toEqual(file);
  expect(text.split('\n').filter((line) => line.includes('"openai/gpt-5-mini"'))).toEqual([
    `    "openai/gpt-5-mini": ${JSON.stringify(file.models['openai/gpt-5-mini'])},`,
  ]);
});
