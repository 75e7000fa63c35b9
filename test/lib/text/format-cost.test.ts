import { expect, test } from 'vitest';
import {
  formatCallCost,
  formatCost,
  formatShare,
  formatTokens,
  spellCost,
  spellTokens,
  type CostSum,
} from '../../../src/lib/text/format-cost.js';

const nothing: CostSum = {
  usd: 0,
  estimated: false,
  bound: false,
  approximate: false,
  priced: false,
  free: false,
  byRules: false,
  unpriced: [],
};

test.each<[string, Partial<CostSum>, string, string, string]>([
  ['a known cost', { usd: 0.0245, priced: true }, '$0.0245', '$0.0245', '$0.0245'],
  ['an estimate', { usd: 0.0245, priced: true, estimated: true }, '~$0.0245', '~$0.0245', 'about $0.0245'],
  [
    'an estimated or borrowed price',
    { usd: 0.0245, priced: true, approximate: true },
    '~$0.0245',
    '~$0.0245',
    'about $0.0245',
  ],
  ['a lower bound', { usd: 0.0245, priced: true, bound: true }, '≥ $0.0245', '≥$0.0245', 'at least $0.0245'],
  [
    'a cost that is known in part',
    { usd: 0.0123, priced: true, unpriced: ['gpt-x'] },
    '≥ $0.0123 + unpriced',
    '≥$0.0123',
    'at least $0.0123, gpt-x unpriced',
  ],
  ['an unknown cost', { unpriced: ['gpt-x'] }, 'unpriced', '?', 'cost unknown, gpt-x unpriced'],
  ['a local model', { free: true }, 'free', 'free', 'free'],
  ['a priced model beside a local one', { usd: 1.5, priced: true, free: true }, '$1.50', '$1.50', '$1.50'],
  ['rules', { byRules: true }, 'n/a', 'n/a', ''],
  ['no call', {}, '–', '–', ''],
])('the cost of %s is formatted in full, for a column and in words', (_what, cost, full, short, words) => {
  const sum = { ...nothing, ...cost };
  expect([
    formatCost(sum, { none: '–' }),
    formatCost(sum, { none: '–', short: true }),
    spellCost(sum),
  ]).toEqual([full, short, words]);
});

test('the cost of one call is formatted like a total', () => {
  const texts = (
    [
      null,
      { usd: null, state: 'unknown', certainty: 'unknown' },
      { usd: 0.01, state: 'priced', certainty: 'exact' },
      { usd: 0.01, state: 'priced', certainty: 'bound' },
      { usd: 0.01, state: 'priced', certainty: 'borrowed' },
      { usd: 0.01, state: 'estimated', certainty: 'estimated' },
      { usd: 0, state: 'free', certainty: 'exact' },
      { usd: null, state: 'n/a', certainty: 'n/a' },
      { usd: null, state: 'unpriced', certainty: 'unknown' },
    ] as const
  ).map((cost) => formatCallCost(cost, '–'));
  expect(texts).toEqual([
    '–',
    '–',
    '$0.0100',
    '≥ $0.0100',
    '~$0.0100',
    '~$0.0100',
    'free',
    'n/a',
    'unpriced',
  ]);
});

test('token counts are formatted with their certainty', () => {
  expect(formatTokens({ tokens: 4512, estimated: false })).toBe('4,512');
  expect(formatTokens({ tokens: 45_120, estimated: true }, { compact: true, unit: ' tok' })).toBe(
    '~45.1k tok',
  );
  expect(formatTokens({ tokens: 0, estimated: false }, { none: '–', unit: ' tok' })).toBe('–');
  expect(formatTokens({ tokens: 0, estimated: true })).toBe('~0');
  expect(spellTokens({ tokens: 1, estimated: true })).toBe('about 1 token');
  expect(spellTokens({ tokens: 0, estimated: false })).toBe('');
});

test('a share of zero has no value', () => {
  expect([formatShare(1, 3, '–'), formatShare(0, 5, '–'), formatShare(0, 0, '–')]).toEqual(['33', '0', '–']);
});
