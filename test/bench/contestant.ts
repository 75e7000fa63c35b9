import { readFileSync } from 'node:fs';
import type { Flow } from '../../src/runtime/flow/flow.js';
import { CloneWrapper, StringifyWrapper, writtenAsJson } from './copy-wrappers.js';
import { langfuse } from './langfuse.js';
import { langSmith } from './langsmith.js';
import { openTelemetry } from './otel.js';
import { SpanWrapper, type State, type Tracer } from './span-wrapper.js';
import { runTraced, tracedChain } from './traced-run.js';
import { chain, runFlow, sampleStore } from './workload.js';

/** The measurements of a run. */
export type Figures = Readonly<{
  /** µs per node. */
  time: number;
  /** Bytes per node, written or sent; absent for contestants that keep their records in memory. */
  bytes?: number;
  /** The number of the run's spans that never reached their receiver. */
  dropped?: number;
}>;

/** A request to a contestant: a run, or the peak memory of its process in bytes. */
export type Question = 'run' | 'peak';

/** A short chain is repeated until it is long enough to be measured. */
const MIN_NODES = 20;
const WARM_UP_MS = 2000;

/** A node and its phases. */
const SPANS_A_NODE = 4;

type Contestant = (nodes: number, keys: number) => () => Promise<Figures>;

/** The ways to run a chain of nodes that are compared. */
const contestants: Readonly<Record<string, Contestant>> = {
  /** Without a tracing wrapper. */
  bare: (nodes, keys) =>
    timed(
      chain(nodes, (node) => node),
      nodes,
      keys,
    ),
  /** In the tracing wrapper, but in a run without a sink. */
  'no-sink': (nodes, keys) => timed(tracedChain(nodes), nodes, keys),
  pflow: (nodes, keys) => {
    const flow = tracedChain(nodes);
    return async () => {
      const { microseconds, bytes } = await runTraced(flow, nodes, keys);
      return { time: microseconds, bytes };
    };
  },
  'otel-spans': (nodes, keys) => spans(() => openTelemetry('otlp'), 'none', nodes, keys),
  'otel-bare': (nodes, keys) => spans(() => openTelemetry('bare'), 'none', nodes, keys),
  'otel-state': (nodes, keys) => spans(() => openTelemetry('bare'), 'before-and-after', nodes, keys),
  'langsmith-spans': (nodes, keys) => spans(langSmith, 'none', nodes, keys),
  'langsmith-state': (nodes, keys) => spans(langSmith, 'before-and-after', nodes, keys),
  'langfuse-spans': (nodes, keys) => spans(langfuse, 'none', nodes, keys),
  'langfuse-state': (nodes, keys) => spans(langfuse, 'before-and-after', nodes, keys),
  clone: (nodes, keys) =>
    timed(
      chain(nodes, (node) => new CloneWrapper(node)),
      nodes,
      keys,
    ),
  stringify: (nodes, keys) => {
    const run = timed(
      chain(nodes, (node) => new StringifyWrapper(node)),
      nodes,
      keys,
    );
    return async () => {
      const before = writtenAsJson();
      const { time } = await run();
      return { time, bytes: (writtenAsJson() - before) / nodes / repeatsOf(nodes) };
    };
  },
};

/**
 * A program: one contestant in a separate process (its state in the engine would slow the others). It runs its
 * chain once per request and responds with the figures. A `cold` one has not run before its first request.
 */
const [name, nodes, keys, start] = process.argv.slice(2) as [string, string, string, 'warm' | 'cold'];
const run = contestants[name]!(Number(nodes), Number(keys));
const ready = start === 'cold' ? Promise.resolve() : warmUp();
process.on('message', (question: Question) => {
  void ready.then(async () => {
    process.send!(question === 'peak' ? peakMemory() : await run());
  });
});

/** Warms up until the engine has compiled the hot code. */
async function warmUp(): Promise<void> {
  const until = performance.now() + WARM_UP_MS;
  while (performance.now() < until) await run();
}

function timed(flow: Flow, nodes: number, keys: number): () => Promise<Figures> {
  return async () => {
    let total = 0;
    const repeats = repeatsOf(nodes);
    for (let i = 0; i < repeats; i++) {
      const shared = sampleStore(keys);
      const began = performance.now();
      await runFlow(flow, shared);
      total += performance.now() - began;
    }
    return { time: (total * 1000) / (nodes * repeats) };
  };
}

/** Waits until every span has reached its receiver. */
function spans(
  connect: () => Tracer | Promise<Tracer>,
  state: State,
  nodes: number,
  keys: number,
): () => Promise<Figures> {
  const connected = Promise.resolve(connect()).then((tracer) => ({
    tracer,
    flow: chain(nodes, (node) => new SpanWrapper(node, tracer.inSpan, state)),
  }));
  return async () => {
    const { tracer, flow } = await connected;
    const shared = sampleStore(keys);
    const began = performance.now();
    await runFlow(flow, shared);
    await tracer.finish();
    const time = ((performance.now() - began) * 1000) / nodes;
    const taken = await tracer.taken();
    return { time, bytes: taken.bytes / nodes, dropped: nodes * SPANS_A_NODE - taken.spans };
  };
}

function repeatsOf(nodes: number): number {
  return Math.ceil(MIN_NODES / nodes);
}

/** Read from /proc if available: the value elsewhere may include that of the parent, of which a process starts as a copy. */
function peakMemory(): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
