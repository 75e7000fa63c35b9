import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listPending } from '../../src/ledger/enter/pending-runs.js';
import { iterateRuns } from '../../src/ledger/files/read-runs.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { readSnapshots } from '../../src/profile/store/snapshot.js';
import { BaseNode } from '../../src/runtime/node/base-node.js';
import { Flow } from '../../src/runtime/flow/flow.js';
import type { Shared } from '../../src/runtime/contract/runnable.js';
import { trace } from '../../src/session/trace-flow.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { readTrace } from '../../src/trace/read/read-trace.js';
import { testPrices } from '../support/prices.js';

class Count extends BaseNode<number, number> {
  override prep(shared: Shared): number {
    return (shared['count'] as number | undefined) ?? 0;
  }
  override exec(count: number): number {
    return count + 1;
  }
  override post(shared: Shared, _prepared: number, result: number): void {
    shared['count'] = result;
  }
}

class Fail extends BaseNode {
  override exec(): never {
    throw new Error('out of order');
  }
}

const flowOf = (...nodes: readonly (BaseNode | Flow)[]) =>
  new Flow('counting', {
    start: nodes[0]!.id,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    edges: nodes.slice(1).map((node, i) => ({ from: nodes[i]!.id, to: node.id, action: 'default' })),
  });

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pflow-trace-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('a flow built in code is traced node by node, including nested flows', async () => {
  const inner = flowOf(new Count('third'));
  const events: TraceEvent[] = [];
  const { status, outputs, metrics, tracePath } = await trace(
    flowOf(new Count('first'), new Count('second'), inner),
    { shared: { count: 10 }, model: 'offline', traceDir: folder(), onEvent: (event) => events.push(event) },
  );
  expect([status, outputs]).toEqual(['ok', { count: 13 }]);
  expect(metrics.num_nodes).toBe(4);
  const run = reduceEvents(events, { prices: testPrices });
  const third = [...run.spans.values()].find(({ name }) => name === 'third')!;
  expect(third.nodeType).toBe('Count');
  expect(readSnapshots(run, third.id)).toEqual({ before: { count: 12 }, after: { count: 13 } });
  const written: TraceEvent[] = [];
  for await (const event of readTrace(tracePath!)) written.push(event);
  expect(written).toEqual(events);
});

test('a single node can be traced, and a failed node is named together with the contents of the store', async () => {
  expect((await trace(new Count('alone'), { model: 'offline' })).outputs).toEqual({ count: 1 });
  const { status, error, outputs } = await trace(flowOf(new Count('first'), new Fail('broken')), {
    model: 'offline',
  });
  expect([status, String(error), outputs]).toEqual(['failed', 'NodeFailure: out of order', { count: 1 }]);
});

test('a run of the library is entered into the ledger of its home, also without a trace, unless it is turned off', async () => {
  const home = folder();
  const ledger = join(home, 'ledger');
  vi.stubEnv('PFLOW_HOME', home);
  vi.stubEnv('PFLOW_LEDGER', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const run = (options: object) => trace(flowOf(new Count('only')), { model: 'offline', ...options });
  await run({ name: 'kept', tags: { team: 'search' } });
  await run({ traceDir: join(home, 'traces') });
  await run({ ledger: false });
  vi.stubEnv('PFLOW_LEDGER', 'off');
  const { tracePath } = await run({ traceDir: join(home, 'traces') });
  const runs = [...iterateRuns(ledger)].map((each) => each.read());
  expect(runs.map(({ status, trace: path }) => [status, path === undefined])).toEqual([
    ['ok', false],
    ['ok', true],
  ]);
  expect(runs[1]).toMatchObject({ tags: { team: 'search' }, source: 'run' });
  expect(runs.map(({ trace: path }) => path)).not.toContain(tracePath);
  expect(listPending(ledger)).toEqual({ running: [], abandoned: [] });
});
