/** The figures of a run that are compared with those of other runs. */
import type { NodeSums, RunLine } from '../../ledger/files/ledger-line.js';

/** What is compared: milliseconds, USD, and counts. */
export type Metric = (typeof METRICS)[number];

/** In the order in which they are compared and shown. */
export const METRICS = ['time', 'cost', 'tokens', 'calls'] as const;

/** Differences too small to act on: ms, USD, tokens, calls. */
export const FLOORS: Readonly<Record<Metric, number>> = { time: 200, cost: 0.0005, tokens: 50, calls: 1 };

/** Amounts by metric; null where one is not known exactly. */
export type Amounts = Readonly<Record<Metric, number | null>>;

/** A finished run: its amounts in total and by the path of its nodes. */
export type RunSample = Readonly<{
  run: string;
  /** When it started: ISO 8601. */
  at: string;
  workflow: string | undefined;
  models: readonly string[];
  total: Amounts;
  nodes: ReadonlyMap<string, Amounts>;
}>;

/** The sample of a run's line in the ledger; undefined for one that did not succeed as a whole, so that it cannot be compared. */
export function toSample(line: RunLine): RunSample | undefined {
  const { run, at, workflow, models, totals, status, partial, ms, waited = 0, nodes = {} } = line;
  if (status !== 'ok' || partial === true || ms === null) return undefined;
  const isKnown = (totals.unpriced ?? []).length === 0 && totals.bound !== true;
  return {
    run,
    at,
    workflow,
    models,
    total: {
      time: ms - waited,
      cost: isKnown ? (totals.usd ?? 0) : null,
      tokens: totals.tokens ?? 0,
      calls: totals.calls ?? 0,
    },
    nodes: new Map(Object.entries(nodes).map(([path, sums]) => [path, toAmounts(sums, isKnown)])),
  };
}

function toAmounts({ ms, usd = 0, tokens = 0, calls = 0 }: NodeSums, isKnown: boolean): Amounts {
  return { time: ms, cost: isKnown ? usd : null, tokens, calls };
}
