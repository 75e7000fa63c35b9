import type { Flow } from '../../src/runtime/flow.js';
import { CloneWrapper, StringifyWrapper } from './copy-wrappers.js';
import { openTelemetry } from './otel.js';
import { runTraced, tracedChain } from './traced-run.js';
import { chain, runFlow, sampleStore } from './workload.js';

/** A short chain is run again until it is long enough to be timed. */
const MIN_NODES = 50;
const WARM_UP_MS = 2000;

/** The ways to run a chain of nodes that are held against each other. Each gives the µs that one node took. */
const contestants: Readonly<Record<string, (nodes: number, keys: number) => () => Promise<number>>> = {
  /** Without any wrapper that traces. */
  bare: (nodes, keys) =>
    timed(
      chain(nodes, (node) => node),
      nodes,
      keys,
    ),
  /** In the wrapper, but in a run without a sink. */
  'no-sink': (nodes, keys) => timed(tracedChain(nodes), nodes, keys),
  pflow: (nodes, keys) => {
    const flow = tracedChain(nodes);
    return async () => (await runTraced(flow, nodes, keys)).microseconds;
  },
  'otel-spans': (nodes, keys) => {
    const { chain, run } = openTelemetry();
    const flow = chain(nodes, 'none');
    return () => run(flow, nodes, keys);
  },
  'otel-state': (nodes, keys) => {
    const { chain, run } = openTelemetry();
    const flow = chain(nodes, 'before-and-after');
    return () => run(flow, nodes, keys);
  },
  clone: (nodes, keys) =>
    timed(
      chain(nodes, (node) => new CloneWrapper(node)),
      nodes,
      keys,
    ),
  stringify: (nodes, keys) =>
    timed(
      chain(nodes, (node) => new StringifyWrapper(node)),
      nodes,
      keys,
    ),
};

/**
 * A program, one contestant in a process of its own (what one leaves behind in the engine would slow the others): runs its
 * chain once for every message and answers with the figure.
 */
const [name, nodes, keys] = process.argv.slice(2) as [string, string, string];
const run = contestants[name]!(Number(nodes), Number(keys));
const warm = warmUp();
process.on('message', () => {
  void warm.then(async () => {
    process.send!(await run());
  });
});

/** Until the engine has compiled what it will compile. */
async function warmUp(): Promise<void> {
  const until = performance.now() + WARM_UP_MS;
  while (performance.now() < until) await run();
}

function timed(flow: Flow, nodes: number, keys: number): () => Promise<number> {
  return async () => {
    let total = 0;
    const repeats = Math.ceil(MIN_NODES / nodes);
    for (let i = 0; i < repeats; i++) {
      const shared = sampleStore(keys);
      const began = performance.now();
      await runFlow(flow, shared);
      total += performance.now() - began;
    }
    return (total * 1000) / (nodes * repeats);
  };
}
