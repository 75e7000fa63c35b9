/** Golden rows: a reported usage, its canonical form, and the results of the usual mistakes. */
import { expect } from 'vitest';
import type { UsageHint } from '../../src/usage/adapters/adapter.js';
import { normalizeUsage } from '../../src/usage/normalize.js';
import type { Usage } from '../../src/usage/record/usage.js';

export type GoldenRow = {
  name: string;
  raw: unknown;
  hint?: UsageHint;
  /** The complete usage without its warnings. */
  is: Partial<Usage>;
  warnings?: readonly string[];
  /** The results of the usual mistakes for the same response, by field. */
  not?: {
    readonly [Field in keyof Usage]?: Usage[Field] | undefined | readonly (Usage[Field] | undefined)[];
  };
};

export function expectGolden({ raw, hint, is, warnings = [], not = {} }: GoldenRow): void {
  const { warnings: reported, ...usage } = normalizeUsage(raw, hint);
  expect(usage).toEqual(is);
  expect(reported).toEqual(warnings);
  for (const [field, wrong] of Object.entries(not)) {
    expect([wrong].flat()).not.toContain(usage[field as keyof typeof usage]);
  }
}
