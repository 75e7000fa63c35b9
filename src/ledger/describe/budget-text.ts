/** Describes budgets over time in text. */
import type { Budget, BudgetState } from '../stats/budgets.js';
import { formatUsd } from '../../lib/text/format.js';

/** `$5.00 a month for the model opus`. */
export function describeBudget({ usd, per, project, workflow, model }: Budget): string {
  const names = [
    project === undefined ? '' : `the project ${project}`,
    workflow === undefined ? '' : `the workflow ${workflow}`,
    model === undefined ? '' : `the model ${model}`,
  ].filter(Boolean);
  return `${formatUsd(usd)} a ${per}${names.length > 0 ? ` for ${names.join(', ')}` : ''}`;
}

/** `$4.15 spent (83 %), on course for $6.10 (at $0.14 a day, the mean of 28 days)`. */
export function describeBudgetState({ budget, spent, forecast, unpriced }: BudgetState): string {
  const expected = forecast
    ? `, on course for ${formatUsd(forecast.usd)} (at ${formatUsd(forecast.usdPerDay)} a day, the mean of ${forecast.days} days)`
    : '';
  const unknown = unpriced.length > 0 ? `, without calls to ${unpriced.join(', ')}: no price known` : '';
  return `${formatUsd(spent)} spent (${Math.round((100 * spent) / budget.usd)} %)${expected}${unknown}`;
}

const CELLS = 20;

/** A line with a bar: `budget $5.00 a month  ███████████░░░░░░░░░  $2.91 spent (58 %), on course for $3.40 (…)`. */
export function drawBudget(state: BudgetState): string {
  const filled = Math.min(CELLS, Math.round((CELLS * state.spent) / state.budget.usd));
  const bar = '█'.repeat(filled) + '░'.repeat(CELLS - filled);
  return `budget ${describeBudget(state.budget)}  ${bar}  ${describeBudgetState(state)}`;
}
