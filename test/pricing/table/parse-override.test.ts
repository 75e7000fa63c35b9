import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { costOf } from '../../../src/pricing/price-call.js';
import { checkPrices, loadPrices } from '../../../src/pricing/table/load-prices.js';
import type { Cost } from '../../../src/pricing/cost.js';
import type { Usage } from '../../../src/usage/record/usage.js';

const call: Usage = {
  input: 1_000_000,
  cacheRead: 400_000,
  output: 100_000,
  source: 'test',
  convention: 'inclusive',
  warnings: [],
};

function pricingFile(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pflow-')), 'pricing.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

function load(content: unknown): {
  cost(model: string, usage?: Partial<Usage>, provider?: string): Cost;
  warnings: string[];
} {
  const path = pricingFile(content);
  const { prices, warnings } = loadPrices({ overridePath: path });
  return {
    cost: (model, usage = {}, provider) => costOf({ ...call, ...usage }, { model, provider, prices }),
    warnings: warnings.map((warning) => warning.replace(path, 'pricing.json')),
  };
}

afterEach(() => vi.unstubAllEnvs());

test("a field of a user's entry replaces that field and keeps the others", () => {
  const { cost, warnings } = load({ models: { 'gpt-5': { output: 20 } } });
  expect(warnings).toEqual([]);
  expect(cost('gpt-5')).toMatchObject({
    usd: 0.6 * 1.25 + 0.4 * 0.125 + 0.1 * 20,
    origin: 'user',
    pricedAs: 'openai/gpt-5',
    matchedBy: "entry 'gpt-5' in pricing.json",
  });
  expect(cost('gpt-5-mini').origin).toBe('default');
});

test('an entry applies to every name of its model', () => {
  const { cost } = load({ models: { 'anthropic/claude-haiku-4-5': { input: 2 } } });
  for (const name of ['claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4.5', 'claude-haiku-4-5']) {
    expect(cost(name).components[0]).toMatchObject({ kind: 'input', rate: 2 });
  }
  expect(cost('us.anthropic.claude-haiku-4-5-20251001-v1:0').origin).toBe('default');
});

test('entries with names, aliases and patterns price models that the table does not contain', () => {
  const { cost } = load({
    models: {
      'house-llm': { input: 1, output: 2, aliases: ['house-llm-next'] },
      'lab/*-tiny': { input: 0.1, output: 0.1 },
    },
  });
  expect(cost('house-llm')).toMatchObject({ usd: 1.2, matchedBy: "entry 'house-llm' in pricing.json" });
  expect(cost('house-llm-next')).toMatchObject({
    usd: 1.2,
    matchedBy: "alias of 'house-llm' in pricing.json",
  });
  expect(cost('lab/x-tiny').matchedBy).toBe("pattern 'lab/*-tiny' in pricing.json");
  expect(cost('lab/x-tiny-2').state).toBe('unpriced');
});

test('an entry for one provider does not affect the same model elsewhere', () => {
  const { cost } = load({ models: { 'gpt-oss-120b': { provider: 'groq', input: 9, output: 9 } } });
  expect(cost('gpt-oss-120b', {}, 'groq').usd).toBeCloseTo(9.9, 12);
  expect(cost('gpt-oss-120b', {}, 'cerebras').origin).toBe('default');
});

test('an entry can declare a model free', () => {
  expect(load({ models: { 'gpt-5': { free: true } } }).cost('gpt-5')).toMatchObject({
    usd: 0,
    state: 'free',
  });
});

test('tiers and service tiers of an entry apply', () => {
  const { cost } = load({
    models: {
      'gpt-5': {
        tiers: [{ above: 100, input: 100 }],
        serviceTiers: { priority: { input: 2.5, cacheRead: 0.25, output: 20 } },
      },
    },
  });
  expect(cost('gpt-5').components[0]!.rate).toBe(100);
  expect(cost('gpt-5', { input: 100, cacheRead: 0 }).components[0]!.rate).toBe(1.25);
  expect(cost('gpt-5', { input: 100, cacheRead: 0, serviceTier: 'priority' }).components[0]!.rate).toBe(2.5);
});

test('LiteLLM entries are parsed by their own field names, per token', () => {
  const { cost, warnings } = load({
    'my-model': {
      input_cost_per_token: 1.1e-6,
      output_cost_per_token: 4.4e-6,
      cache_read_input_token_cost: 2.75e-7,
      input_cost_per_token_above_200k_tokens: 2.2e-6,
      input_cost_per_token_batches: 5.5e-7,
      litellm_provider: 'openai',
      max_tokens: 8192,
      mode: 'chat',
    },
  });
  expect(warnings).toEqual([]);
  expect(cost('my-model', { input: 1000, cacheRead: 400 }, 'openai').components).toEqual([
    { kind: 'input', count: 600, rate: 1.1, usd: (600 * 1.1) / 1e6 },
    { kind: 'cacheRead', count: 400, rate: 0.275, usd: (400 * 0.275) / 1e6 },
    { kind: 'output', count: 100_000, rate: 4.4, usd: (100_000 * 4.4) / 1e6 },
  ]);
  expect(cost('my-model', {}, 'openai').components[0]!.rate).toBe(2.2);
  expect(
    cost('my-model', { input: 10, cacheRead: 0, serviceTier: 'batch' }, 'openai').components[0]!.rate,
  ).toBe(0.55);
});

test('an invalid field is reported with its line and reason, and only that field is ignored', () => {
  const { cost, warnings } = load(`{
  "models": {
    "gpt-5": {
      "input": -1,
      "output": "ten",
      "cacheRead": 0.00000125,
      "cacheWrite": 50000,
      "cache_read": 1,
      "perRequest": 1000
    },
    "gpt-5-mini": 3,
    "gpt-5-nano": { "tiers": [{ "input": 1 }], "aliases": "nano", "batch": { "input": null }, "free": false }
  }
}`);
  expect(warnings).toMatchInlineSnapshot(`
    [
      "pricing.json:4: gpt-5 › input is -1; a price is 0 or more. It is not used.",
      "pricing.json:5: gpt-5 › output is "ten", which is not a number. It is not used.",
      "pricing.json:6: gpt-5 › cacheRead is 0.00000125 USD per million tokens. Did you write a per-token price? It is not used.",
      "pricing.json:7: gpt-5 › cacheWrite is 50000 USD per million tokens, which is more than any model costs. It is not used.",
      "pricing.json:8: gpt-5 › cache_read is not a field of a price. Did you mean 'cacheRead'? It is not used.",
      "pricing.json:9: gpt-5 › perRequest is 1000 USD for one; is that per 1,000? It is not used.",
      "pricing.json:11: gpt-5-mini is not an object with prices. It is not used.",
      "pricing.json:12: gpt-5-nano › tiers › 0 needs 'above', a number of input tokens. It is not used.",
      "pricing.json:12: gpt-5-nano › batch › input is null, which is not a number. It is not used.",
      "pricing.json:12: gpt-5-nano › aliases is not a list of names. It is not used.",
      "pricing.json:12: gpt-5-nano › free can only be true. It is not used.",
    ]
  `);
  expect(cost('gpt-5')).toMatchObject({ usd: 0.6 * 1.25 + 0.4 * 0.125 + 0.1 * 10 });
});

test('an invalid JSON file is reported with line and column, and the default prices are used', () => {
  const { cost, warnings } = load('{\n  "models": {\n    "gpt-5": { "input": NaN }\n  }\n}');
  expect(warnings).toEqual([
    'pricing.json:3:25: this is not JSON: "NaN }" is not expected here. The default prices are used.',
  ]);
  expect(cost('gpt-5').usd).toBe(0.6 * 1.25 + 0.4 * 0.125 + 0.1 * 10);
});

test.for([
  ['', /:1:1: this is not JSON/],
  ['{"models": {', /:1:13: this is not JSON: it ends too early/],
  ['{"models": {"a": }}', /:1:18: this is not JSON/],
  ['{"models": {"a": {},}}', /:1:21: this is not JSON/],
  ['{"models": {"a": {"input": 01}}}', /:1:28: this is not JSON/],
  ['{"models": {}} x', /:1:16: this is not JSON/],
  ['[]', /it does not hold an object\. Its prices are not used\.$/],
  ['{"models": []}', /'models' is not an object/],
  ['{"currency": "EUR", "models": {}}', /prices in "EUR" cannot be added to USD/],
  ['{"unit": "per_token", "models": {}}', /the unit "per_token" is not known/],
] as const)('the file %s is rejected as a whole', ([content, reason]) => {
  const { cost, warnings } = load(content);
  expect(warnings).toEqual([expect.stringMatching(reason)]);
  expect(cost('gpt-5').origin).toBe('default');
});

test('a missing file is no warning, and a directory in its place is one', () => {
  expect(loadPrices({ overridePath: '/nowhere/pricing.json' }).warnings).toEqual([]);
  expect(loadPrices({ overridePath: tmpdir() }).warnings).toEqual([
    expect.stringContaining('cannot be read'),
  ]);
});

test('the file in PFLOW_HOME is used and checked', () => {
  const path = pricingFile({ models: { 'gpt-5': { input: 2 }, odd: { input: 'x' } } });
  vi.stubEnv('PFLOW_HOME', join(path, '..'));
  expect(costOf(call, { model: 'gpt-5' }).components[0]!.rate).toBe(2);
  expect(checkPrices()).toEqual({
    path,
    exists: true,
    models: ['gpt-5', 'odd'],
    hosts: [],
    data: {
      source: expect.stringContaining('genai-prices'),
      date: '2026-09-23',
      defaultPath: expect.any(String),
    },
    warnings: [`${path}:7: odd › input is "x", which is not a number. It is not used.`],
  });
});
