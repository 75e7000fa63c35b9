import { expect, test } from 'vitest';
import { parsePrice, type Json } from '../../../src/pricing/table/parse-price.js';

function parsed(entry: Json): { price: object; provider: string | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const { price, provider } = parsePrice(entry, (where, reason) =>
    warnings.push(`${where.join('.')} ${reason}`),
  );
  return { price, provider, warnings };
}

test('an entry without anything special has its rates only', () => {
  expect(parsed({ input: 1, output: 2 })).toEqual({
    price: { input: 1, output: 2 },
    provider: undefined,
    warnings: [],
  });
});

test.for<[name: string, value: unknown, reason: string | undefined]>([
  ['input', 0, undefined],
  ['input', 0.0001, undefined],
  ['input', 0.00009, 'is 0.00009 USD per million tokens. Did you write a per-token price?'],
  ['input', 10_000, undefined],
  ['input', 10_001, 'is 10001 USD per million tokens, which is more than any model costs.'],
  ['input', -1, 'is -1; a price is 0 or more.'],
  ['input', '1', 'is "1", which is not a number.'],
  ['input', null, 'is null, which is not a number.'],
  ['perImage', 100, undefined],
  ['perImage', 101, 'is 101 USD for one; is that per 1,000?'],
  ['perImage', 0.00001, undefined],
  ['webSearchPer1k', 10_000, undefined],
  ['webSearchPer1k', 10_001, 'is 10001 USD, which is more than any costs.'],
  ['webSearchPer1k', 0.00001, undefined],
])('the rate %s of %j is checked', ([name, value, reason]) => {
  const { price, warnings } = parsed({ [name]: value });
  expect(warnings).toEqual(reason === undefined ? [] : [`${name} ${reason}`]);
  expect(price).toEqual(reason === undefined ? { [name]: value } : {});
});

test('a field that is not known is named, with the one that was meant if there is one', () => {
  expect(parsed({ inpt: 1 }).warnings).toEqual(["inpt is not a field of a price. Did you mean 'input'?"]);
  expect(parsed({ zzzzzzzzzzzzzzzz: 1 }).warnings).toEqual(['zzzzzzzzzzzzzzzz is not a field of a price.']);
  expect(parsed({ note: 'x', free: true })).toMatchObject({ price: { free: true }, warnings: [] });
});

test('free can only be true', () => {
  expect(parsed({ free: false })).toEqual({
    price: {},
    provider: undefined,
    warnings: ['free can only be true.'],
  });
});

test('tiers are in the order of their inputs, and one without a limit is left out', () => {
  const { price, warnings } = parsed({
    tiers: [
      { above: 200, input: 2 },
      { above: 0, input: 1 },
      { input: 3 },
      'x',
      { above: -1 },
      { above: '5' },
      { above: 100, input: -1 },
    ],
  });
  expect(price).toEqual({ tiers: [{ above: 0, input: 1 }, { above: 100 }, { above: 200, input: 2 }] });
  const needs = "needs 'above', a number of input tokens.";
  expect(warnings).toEqual([
    `tiers.2 ${needs}`,
    `tiers.3 ${needs}`,
    `tiers.4 ${needs}`,
    `tiers.5 ${needs}`,
    'tiers.6.input is -1; a price is 0 or more.',
  ]);
  expect(parsed({ tiers: {} })).toEqual({
    price: {},
    provider: undefined,
    warnings: ['tiers is not a list.'],
  });
});

test('service tiers have names in lower case; batch may be a field of its own', () => {
  expect(parsed({ serviceTiers: { Flex: { input: 1 }, odd: 5 }, batch: { input: 0.5 } })).toEqual({
    price: { serviceTiers: { flex: { input: 1 }, batch: { input: 0.5 } } },
    provider: undefined,
    warnings: ['serviceTiers.odd is not an object with prices.'],
  });
  expect(parsed({ batch: 5 })).toEqual({
    price: {},
    provider: undefined,
    warnings: ['batch is not an object with prices.'],
  });
  expect(parsed({ batch: { input: -1 } }).warnings).toEqual(['batch.input is -1; a price is 0 or more.']);
  expect(parsed({ serviceTiers: { batch: { input: -1 } } }).warnings).toEqual([
    'serviceTiers.batch.input is -1; a price is 0 or more.',
  ]);
  expect(parsed({ serviceTiers: { flex: { input: -1 } }, batch: {} }).warnings).toEqual([
    'serviceTiers.flex.input is -1; a price is 0 or more.',
  ]);
  expect(parsed({ serviceTiers: [] })).toMatchObject({
    price: {},
    warnings: ['serviceTiers is not an object.'],
  });
});

test('aliases are a list of names and a provider is a name', () => {
  expect(parsed({ aliases: ['a', 'b'], provider: 'groq' })).toEqual({
    price: { aliases: ['a', 'b'] },
    provider: 'groq',
    warnings: [],
  });
  for (const aliases of ['a', ['a', 1]]) {
    expect(parsed({ aliases })).toMatchObject({ price: {}, warnings: ['aliases is not a list of names.'] });
  }
  expect(parsed({ provider: 5 })).toMatchObject({
    provider: undefined,
    warnings: ['provider is not a name.'],
  });
});

test("LiteLLM's keys are read per token, with their tiers in order, and its other keys are no typos", () => {
  expect(
    parsed({
      litellm_provider: 'openai',
      max_tokens: 5,
      input_cost_per_token: 1e-6,
      input_cost_per_token_above_200k_tokens: 4e-6,
      input_cost_per_token_above_128k_tokens: 2e-6,
      input_cost_per_token_batches: 5e-7,
    }),
  ).toEqual({
    price: {
      input: 1,
      tiers: [
        { above: 128_000, input: 2 },
        { above: 200_000, input: 4 },
      ],
      serviceTiers: { batch: { input: 0.5 } },
    },
    provider: 'openai',
    warnings: [],
  });
  expect(parsed({ input_cost_per_token: 1e-6 })).toEqual({
    price: { input: 1 },
    provider: undefined,
    warnings: [],
  });
  expect(parsed({ litellm_provider: 'openai', inpt: 1 }).warnings).toEqual([]);
  expect(parsed({ input_cost_per_token: 'x' })).toEqual({
    price: {},
    provider: undefined,
    warnings: ['input_cost_per_token is "x", which is not a number.'],
  });
});

test('our own fields take precedence over those of LiteLLM', () => {
  expect(
    parsed({
      input: 3,
      input_cost_per_token: 1e-6,
      provider: 'groq',
      litellm_provider: 'openai',
      tiers: [{ above: 5, input: 4 }],
    }),
  ).toMatchObject({ price: { input: 3, tiers: [{ above: 5, input: 4 }] }, provider: 'groq' });
});
