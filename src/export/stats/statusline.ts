/** Formats what was spent today and this month as one short line for the prompt of a shell. */
import type { CallGroup } from '../../ledger/stats/aggregate-calls.js';
import type { Spending } from '../../ledger/stats/forecast.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { formatUsd } from '../../lib/text/format.js';

/** `today $0.11 · month $2.91 → ~$3.40`; calls on a subscription follow as `(+ $1.20 API-equivalent)`. */
export function formatStatusline({ day, month }: Readonly<Record<'day' | 'month', Spending>>): string {
  const expected = month.forecast ? ` → ~${formatUsd(month.forecast.usd)}` : '';
  return `today ${formatSpent(day.spent)} · month ${formatSpent(month.spent)}${expected}`;
}

function formatSpent({ totals, plan }: CallGroup): string {
  const cost = formatCost(totals, { none: '$0', short: true });
  return plan.calls > 0 ? `${cost} (+ ${formatUsd(plan.usd)} API-equivalent)` : cost;
}
