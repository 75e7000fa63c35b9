/** Collects the components of a bill and what makes it less than exact. */
import {
  combineCertainty,
  unitsPerRate,
  type Certainty,
  type ComponentKind,
  type CostComponent,
} from './cost.js';

/** A bill that is being put together. */
export type BillDraft = {
  components: CostComponent[];
  /** Sides of the call with tokens for which no rate is known at all. */
  missing: Set<'input' | 'output'>;
  certainty: Certainty;
  warnings: string[];
};

export function createDraft(): BillDraft {
  return { components: [], missing: new Set(), certainty: 'exact', warnings: [] };
}

/** Adds a component; a count of 0 adds none. */
export function addComponent(draft: BillDraft, kind: ComponentKind, count: number, rate: number): void {
  if (count > 0) draft.components.push({ kind, count, rate, usd: (count * rate) / unitsPerRate(kind) });
}

/** Adds tokens of a side of the call, or notes that they have no rate. */
export function addTokens(
  draft: BillDraft,
  side: 'input' | 'output',
  kind: ComponentKind,
  count: number,
  rate: number | undefined,
): void {
  if (count === 0) return;
  if (rate === undefined) draft.missing.add(side);
  else addComponent(draft, kind, count, rate);
}

/** Lowers the certainty of the bill, with the reason. */
export function addDoubt(draft: BillDraft, certainty: Certainty, warning: string): void {
  draft.certainty = combineCertainty([draft.certainty, certainty]);
  draft.warnings.push(warning);
}
