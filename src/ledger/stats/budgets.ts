/** Computes how much of the budgets over time is spent, left and expected. */
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { CallLine } from '../files/ledger-line.js';
import { createCallFilter, createNameTest } from './call-filter.js';
import { runSteps } from './aggregate-calls.js';
import { stepSpending, type Forecast, type Period } from './forecast.js';

/** An amount in USD for each period, for all calls or those whose names contain these texts. */
export type Budget = Readonly<{
  usd: number;
  per: Period;
  project?: string;
  workflow?: string;
  /** Part of `provider/model`. */
  model?: string;
}>;

/** A budget in the current period. Costs in USD as recorded. */
export type BudgetState = Readonly<{
  budget: Budget;
  spent: number;
  /** Not below zero. */
  left: number;
  /** Models of calls without a known cost, which count as nothing. */
  unpriced: readonly string[];
  forecast: Forecast | undefined;
}>;

/**
 * Computes the state of budgets. The calls of own and observed runs count; those of imported runs, replayed calls and calls on a
 * subscription do not, and simulated runs are not in the ledger.
 */
export function computeBudgets(
  folder: string,
  budgets: readonly Budget[],
  options: Readonly<{ prices: PriceTable; now: Date }>,
): BudgetState[] {
  return runSteps(stepBudgets(folder, budgets, options));
}

/** The same in slices of a few milliseconds. */
export function* stepBudgets(
  folder: string,
  budgets: readonly Budget[],
  { prices, now }: Readonly<{ prices: PriceTable; now: Date }>,
): Generator<void, BudgetState[]> {
  const states: BudgetState[] = [];
  for (const budget of budgets) {
    const { project, workflow, model, per, usd } = budget;
    const matches = createCallFilter({ project, workflow, model });
    const where = (call: CallLine) => isPaid(call) && matches(call);
    const { [per]: spending } = yield* stepSpending(folder, [per], { prices, now, where });
    const { totals } = spending.spent;
    states.push({
      budget,
      spent: totals.usd,
      left: Math.max(0, usd - totals.usd),
      unpriced: totals.unpriced,
      forecast: spending.forecast,
    });
  }
  return states;
}

function isPaid({ source, plan }: CallLine): boolean {
  return (source === 'run' || source === 'observed') && plan !== true;
}

/** Whether a budget limits a run. One for a project, workflow or model does not where that is not known before the run. */
export function limitsRun(
  { project, workflow, model }: Budget,
  run: Readonly<{ project?: string | undefined; workflow?: string | undefined; model?: string | undefined }>,
): boolean {
  const matches = (wanted: string | undefined, name: string | undefined) =>
    wanted === undefined || createNameTest(wanted)(name);
  return matches(project, run.project) && matches(workflow, run.workflow) && matches(model, run.model);
}
