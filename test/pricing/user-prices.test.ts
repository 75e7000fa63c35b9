import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listPrices, type PriceRow } from '../../src/pricing/list-prices.js';
import { resolveKey, resolveModel } from '../../src/pricing/names/resolve-model.js';
import { priceAnswer } from '../../src/pricing/price-answer.js';
import { checkPrices, loadPrices } from '../../src/pricing/table/load-prices.js';
import type { PriceTable } from '../../src/pricing/table/price-table.js';
import type { Usage } from '../../src/usage/record/usage.js';

const at = new Date('2026-11-01T12:00:00Z');
const usage: Usage = { input: 1_000_000, output: 0, source: 'test', convention: 'inclusive', warnings: [] };

function fileOf(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pflow-')), 'pricing.json');
  writeFileSync(path, content);
  return path;
}

function pricesOf(models: object): PriceTable {
  const { prices, warnings } = loadPrices({ overridePath: fileOf(JSON.stringify({ models })) });
  expect(warnings).toEqual([]);
  return prices;
}

const { prices: shipped } = loadPrices({ overridePath: '/nowhere/pricing.json' });

test('an answer is priced under its own model, or else under the one that was requested', () => {
  const own = priceAnswer(usage, { model: 'gpt-5', requestedModel: 'gpt-5-mini', prices: shipped, at }).cost;
  expect(own).toMatchObject({ usd: 1.25, pricedAs: 'openai/gpt-5', matchedBy: 'exact' });
  const requested = priceAnswer(usage, {
    model: 'proxy-17',
    requestedModel: ' gpt-5 ',
    prices: shipped,
    at,
  }).cost;
  expect(requested).toMatchObject({ usd: 1.25, matchedBy: 'exact, of the requested model' });
  const same = priceAnswer(usage, {
    model: 'proxy-17',
    requestedModel: 'proxy-17',
    prices: shipped,
    at,
  }).cost;
  expect(same).toMatchObject({ usd: null, state: 'unpriced' });
  const neither = priceAnswer(usage, {
    model: 'proxy-17',
    requestedModel: 'proxy-18',
    prices: shipped,
    at,
  }).cost;
  expect(neither.warnings.join()).toContain('proxy-17');
});

test('an answer without the name of a model is priced under the requested one', () => {
  expect(priceAnswer(usage, { model: ' ', requestedModel: 'gpt-5', prices: shipped, at }).cost.usd).toBe(
    1.25,
  );
  const unnamed = priceAnswer(usage, { model: '', requestedModel: ' ', prices: shipped, at }).cost;
  expect(unnamed).toMatchObject({ usd: null, state: 'unpriced' });
  expect(unnamed.warnings.join()).toContain('unknown');
});

const listed = pricesOf({
  'house-llm': { input: 1, output: 2, aliases: ['home'], tiers: [{ above: 5, input: 3 }] },
  'house-*': { input: 9, output: 9 },
  'gpt-5': { output: 20, aliases: ['g5'] },
  'gift-llm': { free: true },
});

function row(model: string, prices = listed): PriceRow | undefined {
  return listPrices(prices, { at }).find((each) => each.model === model);
}

test("the user's models come first in a list, without patterns, each model once", () => {
  const rows = listPrices(listed, { at });
  expect(rows.slice(0, 3).map(({ model }) => model)).toEqual(['house-llm', 'openai/gpt-5', 'gift-llm']);
  expect(rows.filter(({ model }) => model === 'openai/gpt-5')).toHaveLength(1);
  expect(rows.filter(({ model }) => model.includes('*'))).toEqual([]);
});

test('a row of the list has the rates, tiers, aliases and origin of its model', () => {
  expect(row('house-llm')).toEqual({
    model: 'house-llm',
    rates: { input: 1, output: 2 },
    free: false,
    tiered: true,
    aliases: ['home'],
    origin: 'user',
  });
  expect(row('gift-llm')).toMatchObject({ free: true, tiered: false, aliases: [] });
  const known = shipped.models.get('openai/gpt-5')!;
  expect(row('openai/gpt-5')).toMatchObject({
    rates: { input: 1.25, output: 20 },
    aliases: [...known.aliases!, 'g5'],
    free: false,
    tiered: false,
    origin: 'user',
  });
  expect(row('google/gemini-2.5-pro')).toMatchObject({ tiered: true, origin: 'default' });
  expect(row('anthropic/claude-haiku-4-5')).toMatchObject({ tiered: false });
});

test('a list is filtered by words in any order and case, also of aliases', () => {
  const named = (filter: string): string[] => listPrices(listed, { at, filter }).map(({ model }) => model);
  expect(named('HOUSE')).toEqual(['house-llm']);
  expect(named(' home  house ')).toEqual(['house-llm']);
  expect(named('g5')).toEqual(['openai/gpt-5']);
  expect(named('house gift')).toEqual([]);
  expect(listPrices(listed).length).toBe(listPrices(listed, { at, filter: ' ' }).length);
});

test("a user's entry that names both rates is exact; one that names fewer is as certain as the price below it", () => {
  const doubtful = 'gemini-9-preview-of-nothing';
  expect(resolveModel(doubtful, { prices: shipped }).pricedAs).toBeUndefined();
  const preview = resolveModel('gpt-5-preview', { prices: shipped });
  expect(preview).toMatchObject({ pricedAs: 'openai/gpt-5' });
  const { certainty, warnings } = preview as { certainty: string; warnings: readonly string[] };
  expect(certainty).not.toBe('exact');
  const of = (entry: object): object =>
    resolveModel('gpt-5-preview', { prices: pricesOf({ 'gpt-5': entry }) });
  expect(of({ input: 1, output: 2 })).toMatchObject({ certainty: 'exact', warnings: [] });
  expect(of({ free: true })).toMatchObject({ certainty: 'exact', warnings: [] });
  for (const entry of [{ input: 1 }, { output: 2 }, { cacheRead: 1 }]) {
    expect(of(entry)).toMatchObject({ certainty, warnings });
  }
  expect(of({ input: 1 })).toMatchObject({
    matchedBy: "-preview stripped, taking the preview to cost the same, exact, entry 'gpt-5' in pricing.json",
  });
});

test("an entry applies to a model under its key in the table, its id, its provider's name and its aliases", () => {
  for (const name of ['gpt-5', 'openai/gpt-5', 'GPT-5', shipped.models.get('openai/gpt-5')!.aliases![0]!]) {
    const prices = pricesOf({ [name]: { output: 20 } });
    expect(resolveModel('gpt-5', { prices })).toMatchObject({ override: { name } });
    expect(resolveKey('openai/gpt-5', prices)).toMatchObject({
      override: { name },
      certainty: 'exact',
      warnings: [],
    });
    expect(resolveModel('gpt-5', { provider: 'openai', prices })).toMatchObject({ override: { name } });
    expect(resolveModel('gpt-5-mini', { prices })).toMatchObject({ override: undefined });
  }
});

test('an entry of a provider applies to that provider only, whatever it is called', () => {
  const prices = pricesOf({
    'house-llm': { provider: 'Corp', input: 1, output: 2 },
    'gpt-5': { provider: 'azure', output: 7 },
  });
  expect(resolveModel('house-llm', { provider: 'corp', prices })).toMatchObject({ pricedAs: 'house-llm' });
  expect(resolveModel('house-llm', { provider: ' CORP ', prices })).toMatchObject({ pricedAs: 'house-llm' });
  expect(resolveModel('house-llm', { prices })).toMatchObject({ pricedAs: 'house-llm' });
  expect(resolveModel('house-llm', { provider: 'other', prices }).pricedAs).toBeUndefined();
  expect(resolveModel('gpt-5', { provider: 'openai', prices })).toMatchObject({ override: undefined });
  expect(resolveModel('gpt-5', { provider: 'azure', prices })).toMatchObject({
    override: { provider: 'azure' },
  });
});

test('a name exactly as given takes precedence over aliases, and those over patterns', () => {
  const prices = pricesOf({
    'lab-*': { input: 1, output: 1 },
    other: { input: 2, output: 2, aliases: ['lab-a', 'lab-x'] },
    'lab-a': { input: 3, output: 3 },
  });
  expect(resolveModel('lab-a', { prices })).toMatchObject({ matchedBy: "entry 'lab-a' in pricing.json" });
  expect(resolveModel('lab-x', { prices })).toMatchObject({ matchedBy: "alias of 'other' in pricing.json" });
  expect(resolveModel('lab-z', { prices })).toMatchObject({ matchedBy: "pattern 'lab-*' in pricing.json" });
});

test('two tables price one name independently, and one table always in the same way', () => {
  const prices = pricesOf({ 'gpt-5': { input: 1, output: 2 } });
  expect(resolveModel('gpt-5', { prices: shipped })).toMatchObject({ override: undefined });
  expect(resolveModel('gpt-5', { prices })).toMatchObject({ override: { name: 'gpt-5' } });
  expect(resolveModel('gpt-5', { prices })).toBe(resolveModel('gpt-5', { prices }));
  expect(resolveModel('gpt-5', { provider: 'openai', prices })).not.toBe(resolveModel('gpt-5', { prices }));
});

test("Hugging Face's router takes the provider from the end or the start of the name", () => {
  const resolved = (name: string, provider?: string): string | undefined =>
    resolveModel(name, { prices: shipped, provider }).pricedAs;
  const groq = 'huggingface_groq/openai/gpt-oss-120b';
  expect(resolved('openai/gpt-oss-120b:groq', 'huggingface')).toBe(groq);
  expect(resolved('huggingface/openai/gpt-oss-120b:groq')).toBe(groq);
  expect(resolved('huggingface/groq/openai/gpt-oss-120b')).toBe(groq);
  expect(resolved('openai/gpt-oss-120b:nobody', 'huggingface')).toBeUndefined();
  expect(resolved('openai/gpt-oss-120b', 'huggingface')).toBeUndefined();
});

test('a check reports the file, its models and hosts, and what is wrong with it', () => {
  const path = fileOf(
    JSON.stringify({ models: { 'house-llm': { input: 1, output: 2 } }, hosts: { 'llm.corp': 'azure' } }),
  );
  expect(checkPrices({ overridePath: path })).toMatchObject({
    path,
    exists: true,
    models: ['house-llm'],
    hosts: ['llm.corp'],
    warnings: [],
    data: { source: shipped.source, date: shipped.date },
  });
  expect(checkPrices({ overridePath: '/nowhere/pricing.json' })).toMatchObject({
    exists: false,
    models: [],
    warnings: [],
  });
  const folder = mkdtempSync(join(tmpdir(), 'pflow-'));
  const unreadable = checkPrices({ overridePath: folder });
  expect(unreadable).toMatchObject({ exists: true, models: [] });
  expect(unreadable.warnings[0]).toContain('cannot be read');
  const below = checkPrices({ overridePath: join(path, 'pricing.json') });
  expect(below).toMatchObject({ exists: false, warnings: [] });
});

test.for<[content: string, warning: RegExp]>([
  ['[]', /it does not hold an object\./],
  ['{"models": []}', /'models' is not an object\./],
  ['{"currency": "EUR", "models": {}}', /prices in "EUR" cannot be added to USD\./],
  ['{"unit": "per_token", "models": {}}', /the unit "per_token" is not known/],
  ['{"models": {"a": 5}}', /is not an object with prices\./],
  ['{"hosts": []}', /is not an object of hosts with their sellers\./],
  [
    '{"hosts": {"llm.corp": "azzure"}}',
    /is "azzure", which is no seller in the price table\. Did you mean 'azure'\?/,
  ],
  ['{"hosts": {"llm.corp": 5}}', /is 5, which is no seller in the price table\. It is not used\.$/],
])('a pricing.json of %s gives a warning', ([content, warning]) => {
  const { warnings } = loadPrices({ overridePath: fileOf(content) });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(warning);
});

test('a pricing.json may begin with a byte order mark, and its hosts are read in any case', () => {
  const { prices, warnings } = loadPrices({
    overridePath: fileOf(`\ufeff${JSON.stringify({ hosts: { ' LLM.corp ': 'azure' } })}`),
  });
  expect(warnings).toEqual([]);
  expect([...prices.hosts]).toEqual([['llm.corp', 'azure']]);
});
