/** Takes the figures of a run that a gate compares: those of its samples, its calls for repricing, and their durations. */
import { foldLedger } from '../../ledger/enter/fold-ledger.js';
import { isRunLine, type CallLine } from '../../ledger/files/ledger-line.js';
import { sumNodes } from '../../ledger/enter/sum-nodes.js';
import { findVerdict } from '../../profile/analysis/verdicts.js';
import type { RunState } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import type { Amounts } from '../history/run-sample.js';

/** What the price of a call depends on, and the node that made it. */
export type GateCall = Pick<CallLine, 'node' | 'provider' | 'model' | 'usages'> &
  Partial<Pick<CallLine, 'requested' | 'estimated' | 'streamed' | 'answered' | 'unconsumed' | 'incomplete'>> &
  Partial<Pick<CallLine, 'reported' | 'usd' | 'free'>>;

/** A run that is checked. Amounts of nodes include those of the nodes inside them. */
export type GateSample = Readonly<{
  workflow: string;
  /** When it started. */
  at: Date;
  status: RunState['status'];
  total: Amounts;
  /** The known part of the cost in USD. */
  knownUsd: number;
  unpriced: readonly string[];
  /** Whether any call has a price. Without one the cost is n/a, not 0. */
  isPriced: boolean;
  nodes: ReadonlyMap<string, Amounts>;
  calls: readonly GateCall[];
  /** Durations of finished calls in ms, with the path of their node. */
  callTimes: readonly Readonly<{ node: string; ms: number }>[];
  /** Whether the result passed the user's verification, and the outputs of nodes, by path; absent without one. */
  verdicts: ReadonlyMap<string | undefined, boolean>;
}>;

/** The figures of a run. A replayed call counts with what it cost when it was recorded. */
export function takeGateSample(state: RunState): GateSample {
  const lines = foldLedger(state, undefined);
  const calls = lines.filter((line): line is CallLine => !isRunLine(line));
  const { totals, started } = state;
  const recorded = calls.reduce((sum, { recordedUsd }) => sum + (recordedUsd ?? 0), 0);
  const isKnown = totals.unpriced.length === 0 && !totals.bound;
  const knownUsd = totals.usd + recorded;
  return {
    workflow: lines.find(isRunLine)?.workflow ?? started?.name ?? 'run',
    at: new Date(started?.startedAt ?? 0),
    status: state.status,
    total: {
      time: computeElapsed(state),
      cost: isKnown ? knownUsd : null,
      tokens: totals.tokens,
      calls: totals.calls,
    },
    knownUsd,
    unpriced: totals.unpriced,
    isPriced: totals.priced || recorded > 0,
    nodes: new Map(
      Object.entries(sumNodes(state) ?? {}).map(([path, { ms, usd = 0, tokens = 0, calls: count = 0 }]) => {
        const within = calls.filter(({ node }) => isWithin(node, path));
        const replayed = within.reduce((sum, { recordedUsd }) => sum + (recordedUsd ?? 0), 0);
        return [path, { time: ms, cost: isKnown ? usd + replayed : null, tokens, calls: count }];
      }),
    ),
    calls: calls.map(pickCall),
    verdicts: new Map(
      (state.finished?.verified ?? []).map(({ node }) => [node, findVerdict(state, node) === true]),
    ),
    callTimes: calls.flatMap(({ node = '', ms }) => (ms === null ? [] : [{ node, ms }])),
  };
}

/** Whether a node is another one or inside it. */
export function isWithin(node: string | undefined, path: string): boolean {
  return node === path || (node?.startsWith(`${path}/`) ?? false);
}

function pickCall(line: CallLine): GateCall {
  const picked = FIELDS.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]] as const]));
  return Object.fromEntries(picked) as GateCall;
}

const FIELDS = [
  'node',
  'provider',
  'model',
  'requested',
  'usages',
  'estimated',
  'streamed',
  'answered',
  'unconsumed',
  'incomplete',
  'reported',
  'usd',
  'free',
] as const satisfies readonly (keyof CallLine)[];
