import { expect, test } from 'vitest';
import { formatReused } from '../../../src/cli/run/continue-command.js';
import { ZERO_TOTALS } from '../../../src/profile/run/totals.js';

const calls = { ...ZERO_TOTALS, calls: 2, tokens: 1412 };

test('the reused nodes of a rerun are listed with the saved cost, tokens and time', () => {
  const totals = { ...calls, usd: 0.0123, priced: true };
  expect(formatReused({ nodes: ['read', 'ask'], totals, ms: 4200 })).toBe(
    'read, ask (saves $0.0123, 1,412 tok, 4.2s)',
  );
  expect(formatReused({ nodes: ['ask'], totals: { ...totals, unpriced: ['m'] }, ms: 4200 })).toBe(
    'ask (saves ≥ $0.0123 + unpriced, 1,412 tok, 4.2s)',
  );
});

test('a free model saves no cost, and at most eight reused nodes are named', () => {
  const nodes = Array.from({ length: 9 }, (_, i) => `n${i}`);
  expect(formatReused({ nodes, totals: { ...calls, free: true }, ms: 50 })).toBe(
    'n0, n1, n2, n3, n4, n5, n6, n7, … (saves 1,412 tok, 50ms)',
  );
});
