/** Estimates a workflow that was not run often enough, from earlier calls of nodes with the same name, model and prompt size. */
import type { CallLine } from '../../ledger/files/ledger-line.js';
import { LEAST_RUNS, predictBand, type Band, type Estimate } from './estimate-run.js';
import type { Metric } from './run-sample.js';

/** A node that calls a model. */
export type ModelNode = Readonly<{
  id: string;
  /** `provider/model`. */
  model: string;
  /** The characters of its prompt; absent if values are put into it, which are not known yet. */
  promptLength?: number;
}>;

/** What one node needed in one earlier run. */
type NodeUse = {
  from: number;
  to: number;
  cost: number | null;
  tokens: number;
  calls: number;
  input: number;
};

/** Characters in a token of English text, about. */
const TOKEN = 4;
/** Prompts of up to this many times the size, or of this part of it, are of the same size. */
const SAME_SIZE = 2;

/** Collects the calls of some nodes by run, and estimates their sum. */
export function createNodeEstimator(nodes: readonly ModelNode[]): Readonly<{
  visit: (call: CallLine) => void;
  /** The estimate; undefined if a node has fewer than 3 earlier runs. */
  estimate: () => Estimate | undefined;
}> {
  const known = new Map(
    nodes.map((node) => [`${node.id}\n${node.model}`, { node, uses: new Map<string, NodeUse>() }]),
  );
  return {
    visit(call) {
      const { node, provider, model, ms, status, source, run, stage } = call;
      if (node === undefined || ms === null || status !== 'ok' || source !== 'run' || stage) return;
      const found = known.get(`${node}\n${provider}/${model}`);
      if (!found) return;
      const from = Date.parse(call.at);
      const use = found.uses.get(run) ?? { from, to: from, cost: 0, tokens: 0, calls: 0, input: 0 };
      const counts = call.usages.map(({ usage }) => [usage.input ?? 0, usage.output ?? 0] as const);
      use.from = Math.min(use.from, from);
      use.to = Math.max(use.to, from + ms);
      use.cost = use.cost === null || call.usd === null ? null : use.cost + call.usd;
      for (const [input, output] of counts) {
        use.tokens += input + output;
        use.input += input;
      }
      use.calls++;
      found.uses.set(run, use);
    },
    estimate() {
      const bands = [...known.values()].map(({ node, uses }) =>
        estimateNode([...uses.values()].filter((use) => isSameSize(node, use))),
      );
      if (bands.length === 0 || bands.some((each) => each === undefined)) return undefined;
      const all = bands as readonly NodeBands[];
      const sums = METRICS.flatMap((metric) => {
        const parts = all.map((each) => each[metric]);
        return parts.some((part) => part === undefined)
          ? []
          : [[metric, addBands(parts as readonly Band[])] as const];
      });
      return { runs: Math.min(...all.map(({ runs }) => runs)), basis: 'nodes', ...Object.fromEntries(sums) };
    },
  };
}

type NodeBands = Readonly<{ runs: number }> & Readonly<Partial<Record<Metric, Band>>>;

const METRICS: readonly Metric[] = ['time', 'cost', 'tokens', 'calls'];

function isSameSize({ promptLength }: ModelNode, { input, calls }: NodeUse): boolean {
  if (promptLength === undefined) return true;
  const expected = Math.max(1, promptLength / TOKEN);
  const mean = input / calls;
  // Instructions that are added to every prompt matter only for short ones.
  return mean <= expected * SAME_SIZE + 200 && mean >= expected / SAME_SIZE;
}

function estimateNode(uses: readonly NodeUse[]): NodeBands | undefined {
  if (uses.length < LEAST_RUNS) return undefined;
  const costs = uses.flatMap(({ cost }) => cost ?? []);
  return {
    runs: uses.length,
    time: predictBand(uses.map(({ from, to }) => to - from)),
    ...(costs.length < LEAST_RUNS ? {} : { cost: predictBand(costs) }),
    tokens: predictBand(
      uses.map(({ tokens }) => tokens),
      true,
    ),
    calls: predictBand(
      uses.map(({ calls }) => calls),
      true,
    ),
  };
}

/** The band of a sum of independent values: their distances from the middle add up as the roots of squares do. */
export function addBands(bands: readonly Band[]): Band {
  const likely = bands.reduce((sum, band) => sum + band.likely, 0);
  const reach = (distance: (band: Band) => number) =>
    Math.sqrt(bands.reduce((sum, band) => sum + distance(band) ** 2, 0));
  return {
    low: Math.max(0, likely - reach((band) => band.likely - band.low)),
    likely,
    high: likely + reach((band) => band.high - band.likely),
  };
}
