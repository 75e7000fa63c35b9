import { Batch } from '../../src/runtime/flow/batch.js';
import { Flow } from '../../src/runtime/flow/flow.js';
import { silentObserver } from '../../src/runtime/contract/observer.js';
import { DEFAULT_ACTION, type RunContext, type Runnable } from '../../src/runtime/contract/runnable.js';
import { createStore } from '../../src/runtime/store/store.js';
import { medians } from './measure.js';
import { atMost, times, type Row, type Section } from './report.js';

const SIZES = [100, 1_000, 10_000];
/** The number of nodes that one figure is the mean of. */
const SAMPLE = 20_000;
const ITEMS = 1_000;

/** The overhead of scheduling: a flow compared with a loop over the same functions, and a batch of empty items. */
export async function measureScheduling(rounds: number): Promise<Section> {
  const figures = await medians(
    [
      ...SIZES.flatMap((size) => {
        const nodes = Array.from({ length: size }, (_, index) => noOp(`node-${index}`));
        return [
          { name: `flow ${size}`, run: () => perNode(flowOver(nodes), size) },
          { name: `loop ${size}`, run: () => perNode(loopOver(nodes), size) },
        ];
      }),
      { name: 'batch', run: () => millisecondsOf(batchOf(ITEMS)) },
    ],
    { rounds },
  );
  const added = (size: number) => figures.get(`flow ${size}`)! - figures.get(`loop ${size}`)!;
  const [smallest = 0] = SIZES;
  const rows = SIZES.map((size): Row => {
    const ratio = size === smallest ? undefined : `${times(added(size) / added(smallest))} of ${smallest}`;
    return atMost(`a node of a flow of ${size.toLocaleString('en-US')}`, added(size), 5, 'µs', ratio);
  });
  return {
    title: 'Scheduling',
    note: 'Nodes that do nothing, untraced and in no wrapper. A node of a flow: what it takes more than an `await` in a loop.',
    rows: [
      ...rows,
      atMost(
        `a batch of ${ITEMS.toLocaleString('en-US')} items, all at once`,
        figures.get('batch')!,
        50,
        'ms',
      ),
    ],
  };
}

function noOp(id: string): Runnable {
  return { id, run: async () => DEFAULT_ACTION };
}

function flowOver(nodes: readonly Runnable[]): Runnable {
  const edges = nodes.slice(1).map(({ id }, index) => ({
    from: nodes[index]!.id,
    to: id,
    action: DEFAULT_ACTION,
  }));
  const start = nodes[0]!.id;
  return new Flow('bench', { start, nodes: new Map(nodes.map((node) => [node.id, node])), edges });
}

function loopOver(nodes: readonly Runnable[]): Runnable {
  return {
    id: 'loop',
    async run(shared, context) {
      for (const node of nodes) await node.run(shared, context);
      return DEFAULT_ACTION;
    },
  };
}

function batchOf(count: number): Runnable {
  const list = Array.from({ length: count }, (_, index) => index);
  const node = noOp('item');
  return new Batch('batch', {
    items: () => list,
    as: 'item',
    maxConcurrent: count,
    maxAttempts: 1,
    retryWaitMs: 0,
    failFast: true,
    item: () => node,
  });
}

/** Microseconds per node, over as many runs as the sample needs. */
async function perNode(runnable: Runnable, nodes: number): Promise<number> {
  const runs = SAMPLE / nodes;
  let ms = 0;
  for (let run = 0; run < runs; run++) ms += await millisecondsOf(runnable);
  return (ms * 1000) / SAMPLE;
}

async function millisecondsOf(runnable: Runnable): Promise<number> {
  const shared = createStore();
  const context: RunContext = {
    signal: new AbortController().signal,
    params: {},
    llm: { generate: () => Promise.reject(new Error('The benchmark calls no model.')) },
    log: () => {},
    visit: 1,
    control: undefined,
    observer: silentObserver,
  };
  const began = performance.now();
  await runnable.run(shared, context);
  return performance.now() - began;
}
