/** Defines the baseline that runs are checked against: medians and median deviations of earlier runs, by workflow and node. */
import { isJsonObject } from '../../lib/data/json-object.js';
import { PflowError } from '../../lib/error.js';
import { setOwn } from '../../lib/data/own-property.js';
import { median, medianDeviation } from '../history/robust-stats.js';
import { METRICS, type Amounts, type Metric } from '../history/run-sample.js';
import type { GateCall, GateSample } from './gate-sample.js';

/** The middle of several runs and the median distance from it; ms, USD or a count. */
export type Middle = Readonly<{ median: number; mad: number }>;

/** By metric; a cost that is not known exactly is absent. */
export type Middles = Readonly<Partial<Record<Metric, Middle>>>;

/** The baseline of one workflow. */
export type WorkflowBaseline = Readonly<{
  /** The number of runs it is made of. */
  runs: number;
  /** The day of the price table. */
  prices: string;
  total: Middles;
  nodes: Readonly<Record<string, Middles>>;
  /** The calls of the run whose cost is the median: priced again, they show what changed prices do. Absent for many. */
  calls?: readonly GateCall[];
}>;

/** A file of baselines, by the names of workflows. */
export type BaselineFile = Readonly<{
  format: 'pflow-baseline';
  version: 1;
  workflows: Readonly<Record<string, WorkflowBaseline>>;
}>;

/** Up to this many calls are kept, some 200 bytes each. */
const MOST_CALLS = 300;

/** The baseline of runs of one workflow; at least one. `prices` is the day of the price table. */
export function createBaseline(samples: readonly GateSample[], prices: string): WorkflowBaseline {
  const nodes: Record<string, Middles> = {};
  for (const path of new Set(samples.flatMap((sample) => [...sample.nodes.keys()])))
    setOwn(nodes, path, toMiddles(samples.flatMap((sample) => sample.nodes.get(path) ?? [])));
  const byCost = samples.toSorted((a, b) => a.knownUsd - b.knownUsd);
  const { calls } = byCost[Math.floor((byCost.length - 1) / 2)]!;
  return {
    runs: samples.length,
    prices,
    total: toMiddles(samples.map(({ total }) => total)),
    nodes,
    ...(calls.length <= MOST_CALLS ? { calls } : {}),
  };
}

function toMiddles(amounts: readonly Amounts[]): Middles {
  const known = METRICS.flatMap((metric) => {
    const values = amounts.map((each) => each[metric]);
    if (values.some((value) => value === null)) return [];
    const all = values as number[];
    return [[metric, { median: trim(median(all)), mad: trim(medianDeviation(all)) }] as const];
  });
  return Object.fromEntries(known);
}

/** Without the digits of floating-point arithmetic: below a picodollar and a nanosecond. */
function trim(value: number): number {
  return Number(value.toFixed(12));
}

/** Parses the text of a baseline file; `path` is for messages. Throws a PflowError `usage` for any other file. */
export function parseBaseline(text: string, path: string): BaselineFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid(path, 'it is not JSON');
  }
  if (!isJsonObject(json) || json['format'] !== 'pflow-baseline')
    throw invalid(path, 'its format is not pflow-baseline');
  if (json['version'] !== 1) throw invalid(path, `its version is ${JSON.stringify(json['version'])}, not 1`);
  const { workflows } = json;
  if (!isJsonObject(workflows)) throw invalid(path, '`workflows` is not an object');
  for (const [name, entry] of Object.entries(workflows)) {
    const problem = findProblem(entry);
    if (problem !== undefined) throw invalid(path, `${problem} of ${JSON.stringify(name)} is invalid`);
  }
  return json as BaselineFile;
}

function invalid(path: string, reason: string): PflowError {
  return new PflowError('usage', `${path} is not a baseline: ${reason}.`, {
    hint: 'Write a new one with `pflow check <run…> --write`.',
  });
}

/** The field of an entry that has the wrong shape. */
function findProblem(entry: unknown): string | undefined {
  if (!isJsonObject(entry)) return 'the entry';
  const { runs, prices, total, nodes, calls = [] } = entry;
  if (typeof runs !== 'number' || runs < 1) return '`runs`';
  if (typeof prices !== 'string') return '`prices`';
  if (!isMiddles(total)) return '`total`';
  if (!isJsonObject(nodes) || !Object.values(nodes).every(isMiddles)) return '`nodes`';
  const isCall = (call: unknown) =>
    isJsonObject(call) &&
    typeof call['provider'] === 'string' &&
    typeof call['model'] === 'string' &&
    Array.isArray(call['usages']) &&
    call['usages'].every(
      (each) => isJsonObject(each) && isJsonObject(each['usage']) && typeof each['model'] === 'string',
    );
  return Array.isArray(calls) && calls.every(isCall) ? undefined : '`calls`';
}

function isMiddles(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return METRICS.every((metric) => {
    const middle = value[metric];
    return (
      middle === undefined || (isJsonObject(middle) && isAmount(middle['median']) && isAmount(middle['mad']))
    );
  });
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}
