import { rmSync, statSync } from 'node:fs';
import { MetricsCollector } from '../../src/metrics/collector.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { Flow } from '../../src/runtime/flow/flow.js';
import { ensureRecorder } from '../../src/runtime/store/store-recorder.js';
import { METRICS_KEY } from '../../src/runtime/store/store.js';
import { TracingWrapper } from '../../src/runtime/wrappers/tracing-wrapper.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../../src/trace/event/event-format.js';
import { TraceFile } from '../../src/trace/write/trace-file.js';
import { TraceLog } from '../../src/trace/write/event-log.js';
import { createRedactor } from '../../src/trace/redact/redact.js';
import { outputFolder } from './output-folder.js';
import { chain, runFlow, sampleStore } from './workload.js';

const { prices } = loadPrices();
let runs = 0;

export type TracedRun = Readonly<{
  /** Time per node in µs, until its events were in the file. */
  microseconds: number;
  /** Bytes added to the file per node. */
  bytes: number;
  log: TraceLog;
  path: string;
}>;

/** A chain of nodes in the tracing wrapper. */
export function tracedChain(nodes: number): Flow {
  return chain(nodes, (node) => new TracingWrapper(node, { nodeType: 'step' }));
}

/** Runs the chain traced into a file as a session does. The initial store in the trace is not counted. The file is kept on request. */
export async function runTraced(flow: Flow, nodes: number, keys: number, keep = false): Promise<TracedRun> {
  const log = new TraceLog();
  const capture = createCapture({ level: 'preview', redactor: createRedactor({ env: process.env }) });
  const collector = new MetricsCollector({ log, capture, prices });
  const file = new TraceFile(outputFolder, `trace-${process.pid}-${runs++}.jsonl`, (message) => {
    throw new Error(message);
  });
  log.writeTo((reported) => file.write(reported));
  collector.emit({
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run: 'bench',
    startedAt: new Date().toISOString(),
    pflow: 'bench',
    name: 'bench',
    params: {},
    flags: { simulated: false, capture: 'preview', redact: true },
  });
  const shared = sampleStore(keys, { [METRICS_KEY]: collector });
  ensureRecorder(shared, collector, 0);
  file.flushNow();
  const before = statSync(file.path).size;
  const began = performance.now();
  await runFlow(flow, shared);
  file.close();
  const microseconds = ((performance.now() - began) * 1000) / nodes;
  const bytes = (statSync(file.path).size - before) / nodes;
  if (!keep) rmSync(file.path);
  return { microseconds, bytes, log, path: file.path };
}

/** The bytes of the values that a run's nodes set, and of their parameters. */
export function valueBytes({ log }: TracedRun): number {
  return log.all.reduce((sum, event) => sum + (isOfNode(event) ? bytesIn(event) : 0), 0);
}

/** The initial store in the trace belongs to no span. */
function isOfNode(event: TraceEvent): boolean {
  return 'span' in event && event.span !== 0;
}

function bytesIn(event: TraceEvent): number {
  const values =
    event.type === 'store.changed' ? event.set : event.type === 'params.resolved' ? event.params : {};
  return Object.values(values).reduce(
    (sum: number, value) => sum + Buffer.byteLength(JSON.stringify(value)),
    0,
  );
}
