import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import { BaseNode } from '../../src/runtime/node/base-node.js';
import { run } from '../../src/session/run.js';
import { trace } from '../../src/session/trace-flow.js';
import type { EventOf, TraceEvent } from '../../src/trace/event/event.js';

/** A node type whose first runs fail. */
function unsteady(failures: number) {
  let runs = 0;
  return defineNode({
    type: 'unsteady',
    description: 'Fails at first.',
    params: z.object({}),
    outputs: z.object({}),
    exec: () => {
      if (++runs <= failures) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return {};
    },
  });
}

async function finishedSpans(workflow: object, failures: number): Promise<EventOf<'span.finished'>[]> {
  const events: TraceEvent[] = [];
  await run(workflow, {
    model: 'offline',
    nodes: [unsteady(failures)],
    onEvent: (event) => events.push(event),
  });
  return events.filter((event) => event.type === 'span.finished');
}

const reasons = (spans: readonly EventOf<'span.finished'>[]) =>
  spans.flatMap(({ status, retryReason }) => (status === 'failed' ? [retryReason ?? 'last'] : []));

test('a failed attempt of a node has the reason of its retry, and the last attempt none', async () => {
  const retried = { nodes: [{ id: 'a', type: 'unsteady', params: {}, retry: { max: 3, wait: 0 } }] };
  const atNode = (spans: readonly EventOf<'span.finished'>[]) =>
    reasons(spans).filter((each) => each !== 'last');
  expect(atNode(await finishedSpans(retried, 2))).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(atNode(await finishedSpans(retried, 3))).toEqual(['ECONNRESET', 'ECONNRESET']);
  const item = { items: [1], max_retries: 2, retry_wait: 0 };
  const batch = { nodes: [{ id: 'a', type: 'unsteady', params: {}, batch: item }] };
  expect(atNode(await finishedSpans(batch, 1))).toEqual(['ECONNRESET']);
});

class Fallback extends BaseNode {
  override exec(): never {
    throw new Error('out of order');
  }
  override execFallback(): string {
    return 'substitute';
  }
}

test('a node that continues with its fallback is degraded, and its first attempt has the reason of its retry', async () => {
  const events: TraceEvent[] = [];
  const node = new Fallback('careful', { maxAttempts: 2 });
  const { status } = await trace(node, { model: 'offline', onEvent: (event) => events.push(event) });
  const finished = events.filter((event) => event.type === 'span.finished');
  expect(status).toBe('ok');
  expect(
    finished.filter(({ status: each }) => each === 'failed').map(({ retryReason }) => retryReason),
  ).toEqual(['Error', undefined]);
  expect(finished.flatMap(({ degraded }) => degraded ?? [])).toEqual([
    { code: 'fallback', facts: { attempts: 2, error: 'out of order' } },
  ]);
});

test('a valid TRACEPARENT of the caller is in the run.started event', async () => {
  const start = async (value: string) => {
    vi.stubEnv('TRACEPARENT', value);
    let first: TraceEvent | undefined;
    await trace(new Plain('one'), { model: 'offline', onEvent: (event) => (first ??= event) });
    vi.unstubAllEnvs();
    return (first as EventOf<'run.started'>).traceparent;
  };
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(await start(valid)).toBe(valid);
  expect(await start('00-00000000000000000000000000000000-b7ad6b7169203331-01')).toBeUndefined();
  expect(await start('hello')).toBeUndefined();
});

class Plain extends BaseNode {}
