/** Runs `pflow stats`: what was spent over many runs, and how fast and reliable the calls were. */
import { ledgerFolder } from '../../../ledger/files/ledger-files.js';
import { createCallFilter, type CallFilter } from '../../../ledger/stats/call-filter.js';
import type { Dimension } from '../../../ledger/stats/group-key.js';
import type { PriceBasis } from '../../../ledger/prices/price-basis.js';
import { computeBudgets } from '../../../ledger/stats/budgets.js';
import { drawBudget } from '../../../ledger/describe/budget-text.js';
import type { PriceTable } from '../../../pricing/table/price-table.js';
import { loadBudgets } from '../../../session/budgets/budget-settings.js';
import type { CallLine } from '../../../ledger/files/ledger-line.js';
import { loadSettings } from '../../args/user-settings.js';
import { computeSpending } from '../../../ledger/stats/forecast.js';
import { computeStats, type Stats, type StatsQuery } from '../../../ledger/stats/compute-stats.js';
import { formatStatusline } from '../../../export/stats/statusline.js';
import { statsToCsv, statsToJson } from '../../../export/stats/stats-data.js';
import { chartCosts, describeQuery, describeTotals } from '../../../ledger/describe/stats-text.js';
import { tabulateStats } from '../../../ledger/describe/stats-table.js';
import { PflowError } from '../../../lib/error.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { print, printJson, sayPlain, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { table } from '../../io/text-table.js';

export type StatsOptions = CallFilter &
  Readonly<{
    by: readonly Dimension[];
    since?: Date;
    until?: Date;
    prices: PriceBasis;
    timeZone?: string;
    source: 'all' | 'runs' | 'sessions';
    all?: boolean;
    statusline?: boolean;
    /** The beginning of the hash of a prompt whose change is shown. */
    diff?: string;
    outputFormat: 'text' | 'json' | 'csv' | 'html';
  }>;

const SHOWN = 30;
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** `pflow stats`: sums up the calls of the ledger. */
export async function stats({ options }: Invocation<StatsOptions>): Promise<ExitCode> {
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  const folder = ledgerFolder();
  const matches = createCallFilter(options);
  const where = (call: CallLine) => matches(call) && isFrom(call, options.source);
  if (options.statusline) {
    print(formatStatusline(computeSpending(folder, ['day', 'month'], { prices, now: new Date(), where })));
    return exitCodes.done;
  }
  if (options.diff !== undefined) {
    const { diffPrompt } = await import('../../spending/prompt-diff.js');
    print(await diffPrompt(folder, options.diff));
    return exitCodes.done;
  }
  const to = options.until ?? new Date();
  const from = options.since ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
  if (from >= to) throw new PflowError('usage', '--until must be later than --since.');
  const more = options.source === 'runs' ? undefined : await readSessions();
  const computed = computeStats(folder, {
    by: options.by,
    from,
    to,
    prices,
    basis: options.prices,
    timeZone: options.timeZone,
    where,
    more,
  });
  if (options.outputFormat === 'json') printJson(statsToJson(computed));
  else if (options.outputFormat === 'csv') print(statsToCsv(computed));
  else if (options.outputFormat === 'html') {
    const { toStatsHtml } = await import('../../../export/html/stats-page.js');
    print(toStatsHtml(computed, readBudgets(folder, prices)));
  } else printText(computed, options.all ? Infinity : SHOWN, readBudgets(folder, prices));
  return exitCodes.done;
}

/** The calls in the session logs of coding agents, if the user has allowed to read them. */
async function readSessions(): Promise<StatsQuery['more']> {
  const { sessions } = loadSettings();
  if (sessions.allowed !== true) return undefined;
  const { openSessionIndex } = await import('../../spending/find-sessions.js');
  const index = openSessionIndex(sessions);
  await index.update();
  return { step: (visit) => index.visit(visit), since: index.since() };
}

function isFrom({ source }: CallLine, which: StatsOptions['source']): boolean {
  return which === 'all' || (source === 'session') === (which === 'sessions');
}

/** The budgets of the settings, a line each. */
function readBudgets(folder: string, prices: PriceTable): string[] {
  const { budgets, warnings } = loadBudgets();
  for (const warning of warnings) warn(warning);
  return computeBudgets(folder, budgets, { prices, now: new Date() }).map(drawBudget);
}

function printText(computed: Stats, most: number, budgets: readonly string[]): void {
  if (computed.groups.length === 0) {
    sayPlain(`No calls: ${describeQuery(computed)}.`);
    return;
  }
  const { rows, right } = tabulateStats(computed, { width: process.stdout.columns ?? Infinity, most });
  const hidden = computed.groups.length - most;
  print(
    [
      describeQuery(computed),
      ...chartCosts(computed),
      '',
      table(rows, { right }),
      ...(hidden > 0 ? [`… ${hidden} more: --all lists them.`] : []),
      '',
      ...describeTotals(computed),
      ...budgets,
    ].join('\n'),
  );
}
