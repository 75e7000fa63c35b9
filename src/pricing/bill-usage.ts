/** Bills a usage at the rates of a model: its parts, their sum, and how certain that is. */
import type { Usage } from '../usage/record/usage.js';
import { addDoubt, createDraft } from './bill-draft.js';
import { billInput, billOutput } from './bill-tokens.js';
import { billUnconsumed, billUnits } from './bill-units.js';
import type { Certainty, CostComponent } from './cost.js';
import { tokenRates, type ModelPrice, type Rates, type SellerTerms } from './table/price-table.js';

/** What a call is billed for, part by part. */
export type Bill = Readonly<{
  components: readonly CostComponent[];
  /** Sides of the call that have tokens and no rate at all: such a call has no price. */
  missing: readonly ('input' | 'output')[];
  certainty: Certainty;
  /** What makes the bill less than exact. */
  warnings: readonly string[];
}>;

/** Inputs of a bill besides the rates of the call. */
export type BillTerms = Readonly<{
  asText?: SellerTerms['asText'] | undefined;
  atLeast?: ModelPrice['atLeast'] | undefined;
}>;

/**
 * The parts of a usage that have prices of their own: disjoint, and together the whole. A part without a rate is billed as
 * the whole that it is a part of, or not at all, and makes the bill a bound.
 */
export function billUsage(usage: Usage, rates: Rates, { asText = [], atLeast = [] }: BillTerms = {}): Bill {
  const draft = createDraft();
  billInput(draft, usage, rates, asText);
  billOutput(draft, usage, rates);
  billUnits(draft, usage, rates);
  billUnconsumed(draft, usage);
  for (const name of atLeast) {
    if (usage[name])
      addDoubt(draft, 'bound', `some ${name} cost more than others, and the usage does not separate them`);
  }
  // A model that is priced by the piece may report tokens as well.
  const byPiece = draft.components.length > 0 && !tokenRates.some((name) => rates[name] !== undefined);
  return { ...draft, missing: byPiece ? [] : [...draft.missing] };
}

/** The sum of components in USD. */
export function sumComponents(components: readonly CostComponent[]): number {
  return components.reduce((sum, { usd }) => sum + usd, 0);
}
