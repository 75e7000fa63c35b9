/** Computes what the Spending tab shows, in slices between frames, and again when runs finish or session logs change. */
import { statSync } from 'node:fs';
import { ledgerFolder, listMonths, monthPath } from '../../ledger/files/ledger-files.js';
import { stepBudgets, type BudgetState } from '../../ledger/stats/budgets.js';
import { stepStats, type Stats } from '../../ledger/stats/compute-stats.js';
import { stepSpending, type Spending } from '../../ledger/stats/forecast.js';
import { loadPrices } from '../../pricing/table/load-prices.js';
import { dimensionsOf, type SpendingData, type SpendingDimension } from '../../view/home/spending-data.js';
import type { SessionSettings } from '../args/session-settings.js';
import { loadBudgets } from '../../session/budgets/budget-settings.js';
import { openSessionIndex } from './find-sessions.js';
import { nameSession } from './name-session.js';
import { runSliced } from './run-sliced.js';
import { findSessionFile } from './session-file.js';

/** The spending, while the home screen is open. */
export type SpendingSource = Readonly<{
  data(by: SpendingDimension): SpendingData;
  close(): void;
}>;

const DAY_MS = 86_400_000;
/** How often the ledger and the logs are looked at while the tab is shown. */
const LOOK_EVERY_MS = 2000;

/** Opens the spending; `notify` is called when it has changed. */
export function openSpending(settings: SessionSettings, notify: () => void): SpendingSource {
  const folder = ledgerFolder();
  const { prices } = loadPrices();
  const { budgets } = loadBudgets();
  const index = settings.allowed === true ? openSessionIndex(settings) : undefined;
  const known = new Map<SpendingDimension, Stats>();
  const logs = new Map<string, string>();
  const names = new Map<string, string | undefined>();
  let month: Spending | undefined;
  let states: readonly BudgetState[] = [];
  let read: number | undefined;
  let stamp = '';
  let lookedAt = -Infinity;
  let wanted: SpendingDimension = 'model';
  let isWorking = false;
  const closed = new AbortController();

  const fileOf = (id: string): string | undefined => {
    const log = logs.get(id);
    return log === undefined ? undefined : findSessionFile(log);
  };

  const nameOf = (id: string): string | undefined => {
    if (names.has(id)) return names.get(id);
    const log = fileOf(id);
    if (log === undefined) return undefined;
    const name = nameSession(log);
    names.set(id, name);
    return name;
  };

  const run = <S, T>(steps: Generator<S, T>) => runSliced(steps, { signal: closed.signal });

  async function work(): Promise<void> {
    if (performance.now() - lookedAt >= LOOK_EVERY_MS) await look();
    lookedAt = performance.now();
    while (!closed.signal.aborted && !known.has(wanted)) {
      const by = wanted;
      const to = new Date();
      const more = index && { step: index.visit.bind(index), since: index.since() };
      const range = { from: new Date(to.getTime() - 30 * DAY_MS), to };
      const stats = await run(
        stepStats(folder, { by: dimensionsOf(by), ...range, prices, basis: 'recorded', more }),
      );
      if (stats) known.set(by, stats);
      notify();
      month ??= (await run(stepSpending(folder, ['month'], { prices, now: to, more: more?.step })))?.month;
      if (states.length === 0 && budgets.length > 0)
        states = (await run(stepBudgets(folder, budgets, { prices, now: to }))) ?? [];
    }
    notify();
  }

  /** Forgets what was computed if something has changed. */
  async function look(): Promise<void> {
    const now = stampOf(folder);
    const hasChanged = await index?.update(({ done, total }) => {
      const part = total > SHOWN_FROM ? done / total : undefined;
      if (part !== undefined && Math.floor(100 * part) !== Math.floor(100 * (read ?? -1))) notify();
      read = part;
    });
    read = undefined;
    if (now === stamp && !hasChanged) return;
    stamp = now;
    known.clear();
    month = undefined;
    states = [];
    if (!index) return;
    logs.clear();
    for (const [session, path] of index.sessions()) logs.set(session, path);
  }

  function start(): void {
    if (isWorking || closed.signal.aborted) return;
    isWorking = true;
    work()
      // A ledger that cannot be read has no spending.
      .catch(() => {})
      .finally(() => {
        isWorking = false;
      });
  }

  const shown = new Map<SpendingDimension, Stats>();
  return {
    data(by) {
      wanted = by;
      const isStale = performance.now() - lookedAt >= LOOK_EVERY_MS;
      if (isStale || !known.has(by)) start();
      const current = known.get(by);
      if (current) shown.set(by, current);
      return {
        stats: current ?? shown.get(by),
        read,
        month,
        budgets: states,
        declined: settings.allowed === false,
        nameSession: nameOf,
        sessionLog: fileOf,
      };
    },
    close() {
      closed.abort();
      index?.close();
    },
  };
}

/** Fewer bytes are read before anyone can see how many. */
const SHOWN_FROM = 20 << 20;

/** Changes with every run that is entered. */
function stampOf(folder: string): string {
  const newest = listMonths(folder).at(-1);
  const stats =
    newest === undefined ? undefined : statSync(monthPath(folder, newest), { throwIfNoEntry: false });
  return `${newest} ${stats?.size} ${stats?.mtimeMs}`;
}
