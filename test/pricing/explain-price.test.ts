import { expect, test } from 'vitest';
import { explainPrice } from '../../src/pricing/explain-price.js';
import { listPrices } from '../../src/pricing/list-prices.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { parseOverride } from '../../src/pricing/table/parse-override.js';

const at = new Date('2026-11-01T12:00:00Z');
const shipped = loadPrices({ overridePath: '/home/me/.pflow/pricing.json' }).prices;
const prices = {
  ...shipped,
  defaultPath: '/pflow/pricing.default.json',
  source: 'genai-prices',
  date: '2026-11-01',
};

function explain(model: string, options: Partial<Parameters<typeof explainPrice>[0]> = {}): string {
  return explainPrice({ model, prices, at, ...options }).join('\n');
}

test('an explanation shows the name, rates, file and arithmetic', () => {
  const counts = { input: 12_000, cacheRead: 8000, cacheWrite1h: 1000, output: 550, webSearches: 2 };
  expect(explain('anthropic/claude-haiku-4-5-20251001', { counts })).toMatchInlineSnapshot(`
    "anthropic/claude-haiku-4-5-20251001 is priced as anthropic/claude-haiku-4-5
      matched by  prefix anthropic/ stripped, -20251001 stripped, exact
      from        /pflow/pricing.default.json (genai-prices, 2026-11-01)
      rates       input $1 · cache read $0.1 · cache write $1.25 · cache write 1h $2 · output $5 · per 1,000 searches $10

      uncached input  3,000 × $1 per million   =   $0.003
      cache read      8,000 × $0.1 per million =  $0.0008
      cache write 1h  1,000 × $2 per million   =   $0.002
      output            550 × $5 per million   = $0.00275
      web searches        2 × $10 per 1,000    =    $0.02
      total  $0.0285  ($0.02855)"
  `);
});

test('an explanation shows the tier that applies to a long input', () => {
  expect(explain('gemini-2.5-pro', { counts: { input: 200_001, output: 1000 } })).toMatchInlineSnapshot(`
    "gemini-2.5-pro is priced as google/gemini-2.5-pro
      matched by  exact
      from        /pflow/pricing.default.json (genai-prices, 2026-11-01)
      rates       input $2.5 · cache read $0.25 · output $15 · per 1,000 code calls $0
      because     more than 200,000 input tokens
      above       200,000 input tokens, the whole call: input $2.5 · cache read $0.25 · output $15

      uncached input  200,001 × $2.5 per million = $0.5000025
      output            1,000 × $15 per million  =     $0.015
      total  $0.5150  ($0.5150025)"
  `);
});

test("an explanation marks the fields of the user's own prices", () => {
  const { overrides } = parseOverride('{"models": {\n"gpt-5": {"output": 20}}}', prices.overridePath);
  expect(explain('gpt-5', { prices: { ...prices, overrides }, serviceTier: 'flex' })).toMatchInlineSnapshot(`
    "gpt-5 is priced as openai/gpt-5
      matched by  entry 'gpt-5' in pricing.json
      from        /home/me/.pflow/pricing.json:2 (output)
      from        /pflow/pricing.default.json (genai-prices, 2026-11-01)
      rates       input $0.625 · cache read $0.0625 · output $10 · per 1,000 searches $10 · per 1,000 file searches $2.5 · per code container $0.03
      because     flex tier at 50 % of the standard rates
      amended     priority processing costs 2 × the standard rates (developers.openai.com/api/docs/pricing (Priority), 2026-07-24)"
  `);
});

test('the explanation of an unpriced model has suggestions and says how to set a price', () => {
  expect(explain('gpt-5-mino')).toMatchInlineSnapshot(`
    "gpt-5-mino has no price: no price is known for gpt-5-mino
      did you mean  gpt-5, gpt-5-mini, gpt-5-nano
      to set one, put {"models": {"gpt-5-mino": {"input": 1, "output": 2}}} (USD per million tokens) into /home/me/.pflow/pricing.json"
  `);
});

test("the list of prices is filtered by words in names and aliases, and contains the user's models", () => {
  const { overrides } = parseOverride(
    '{"models": {"haiku-at-home": {"input": 1, "output": 1}}}',
    'pricing.json',
  );
  const rows = listPrices({ ...prices, overrides }, { filter: 'haiku', at });
  expect(
    rows
      .filter(({ model }) => /^(anthropic|haiku)/.test(model))
      .map(({ model, rates, origin }) => [model, rates.input, origin]),
  ).toMatchInlineSnapshot(`
    [
      [
        "haiku-at-home",
        1,
        "user",
      ],
      [
        "anthropic/claude-3-5-haiku-latest",
        0.8,
        "default",
      ],
      [
        "anthropic/claude-3-haiku",
        0.25,
        "default",
      ],
      [
        "anthropic/claude-haiku-4-5",
        1,
        "default",
      ],
    ]
  `);
  expect(listPrices(prices, { at })).toHaveLength(prices.models.size);
});
