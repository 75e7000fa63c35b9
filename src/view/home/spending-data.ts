/** What the Spending tab of the home screen shows. */
import type { BudgetState } from '../../ledger/stats/budgets.js';
import type { Stats } from '../../ledger/stats/compute-stats.js';
import type { Spending } from '../../ledger/stats/forecast.js';

/** What spending is grouped by, with the key of each. */
export const spendingKeys = {
  d: 'day',
  m: 'model',
  w: 'workflow',
  n: 'node',
  p: 'provider',
  P: 'project',
  s: 'session',
  t: 'tool',
  v: 'prompt',
} as const;
export type SpendingDimension = (typeof spendingKeys)[keyof typeof spendingKeys];

/** The dimension that a key selects. */
export function dimensionOf(key: string): SpendingDimension | undefined {
  return Object.hasOwn(spendingKeys, key) ? spendingKeys[key as keyof typeof spendingKeys] : undefined;
}

/** What the groups of a key are made of: a version of a prompt is found by the node that sends it. */
export function dimensionsOf(by: SpendingDimension): readonly SpendingDimension[] {
  return by === 'prompt' ? ['node', 'prompt'] : [by];
}

/** The spending of the last 30 days. */
export type SpendingData = Readonly<{
  /** undefined while it is computed for the first time. */
  stats: Stats | undefined;
  /** How much of the session logs is read, from 0 to 1; undefined when all is. */
  read: number | undefined;
  /** The month so far. */
  month: Spending | undefined;
  budgets: readonly BudgetState[];
  /** Whether there are session logs that are not read: the user has declined it. */
  declined: boolean;
  /** A name for the session with this id. */
  nameSession(id: string): string | undefined;
  /** The log of a session. */
  sessionLog(id: string): string | undefined;
}>;
