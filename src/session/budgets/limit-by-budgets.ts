/** Checks a run against the budgets over time before it starts, and limits its cost to what is left of them. */
import { PflowError } from '../../lib/error.js';
import { formatUsd } from '../../lib/text/format.js';
import { loadBudgets } from './budget-settings.js';

/** What is known of a run before it starts. */
export type PlannedRun = Readonly<{
  workflow?: string | undefined;
  /** `provider/model`. */
  model?: string | undefined;
  /** Whether the model costs nothing: the run is not refused then. */
  free?: boolean;
  /** The low estimate of its cost in USD, if there is one. */
  estimate?: () => Promise<number | undefined>;
}>;

type LimitedOptions = Readonly<{ maxCost?: number; overBudget?: boolean; ledger?: boolean }>;

const WARN_AT = 0.8;

/**
 * Returns the options with a `maxCost` of at most what is left of the budgets that limit the run. Warns at 80 %. Throws a PflowError
 * `budget_exceeded` if nothing is left, or if the low estimate is above what is left, unless `overBudget` is set. Without budgets
 * it only reads the settings. `override` states to the user how a refused run is started anyway.
 */
export async function limitByBudgets<O extends LimitedOptions>(
  options: O,
  run: PlannedRun,
  onWarning: (message: string) => void,
  override = '--over-budget runs it anyway.',
): Promise<O> {
  const { budgets, warnings } = loadBudgets();
  for (const warning of warnings) onWarning(warning);
  if (budgets.length === 0) return options;
  // Loaded here: most users have no budget, and their runs must not pay for it.
  const [
    { computeBudgets, limitsRun },
    { describeBudget, describeBudgetState },
    { loadPrices },
    { ledgerFolder },
    { findProject },
  ] = await Promise.all([
    import('../../ledger/stats/budgets.js'),
    import('../../ledger/describe/budget-text.js'),
    import('../../pricing/table/load-prices.js'),
    import('../../ledger/files/ledger-files.js'),
    import('../origin/project.js'),
  ]);
  const project = findProject(process.cwd()).folder;
  const own = budgets.filter((budget) => limitsRun(budget, { ...run, project }));
  if (own.length === 0) return options;
  if (options.ledger === false)
    onWarning('The run is left out of the ledger, so what it spends does not count in any budget.');
  const states = computeBudgets(ledgerFolder(), own, { prices: loadPrices().prices, now: new Date() });
  for (const state of states) {
    const { budget, spent, unpriced } = state;
    if (spent >= WARN_AT * budget.usd || unpriced.length > 0)
      onWarning(`budget of ${describeBudget(budget)}: ${describeBudgetState(state)}.`);
  }
  if (options.overBudget) return options;
  const tightest = states.reduce((least, state) => (state.left < least.left ? state : least));
  const { left, budget } = tightest;
  const name = describeBudget(budget);
  if (left === 0) {
    if (run.free) return options;
    throw refuse(`The budget of ${name} is used up: ${describeBudgetState(tightest)}.`, override);
  }
  const low = run.free ? undefined : await run.estimate?.();
  if (low !== undefined && low > left)
    throw refuse(
      `The run is expected to cost at least ${formatUsd(low)}, and ${formatUsd(left)} is left of the budget of ${name}.`,
      override,
    );
  return { ...options, maxCost: Math.min(options.maxCost ?? Infinity, left) };
}

function refuse(message: string, override: string): PflowError {
  return new PflowError('budget_exceeded', message, {
    hint: `${override} The budgets are in ~/.pflow/settings.json (\`pflow help spending\`).`,
  });
}
