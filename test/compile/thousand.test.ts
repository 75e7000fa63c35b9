import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineNode, run, type RunResult, type TraceEvent } from '../../src/index.js';
import { openSpans } from '../support/open-spans.js';

const unprintable = Object.defineProperty(new Error('hidden'), 'message', {
  get(): string {
    throw new Error('no message for you');
  },
});

/** Selects how an item ends by its index, covering every way. */
const ways: readonly ((signal: AbortSignal) => unknown)[] = [
  () => ({ out: 1 }),
  () => {
    throw new Error('thrown');
  },
  () => Promise.reject(new Error('rejected')),
  () => Promise.reject(undefined as unknown as Error),
  () => Promise.reject(unprintable),
  () => Promise.reject(new DOMException('by itself', 'AbortError')),
  () => new Promise(() => {}),
  (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('heard')))),
];

const own = defineNode({
  type: 'own',
  description: 'Ends in many ways.',
  params: z.object({ way: z.number() }),
  outputs: z.looseObject({}),
  exec: ({ params, signal }) => ways[params.way % ways.length]!(signal) as Record<string, unknown>,
});

type Settings = Readonly<{ errorHandling: string; timeout?: number; signal?: AbortSignal; nested?: boolean }>;

/** Runs a thousand concurrent items, in the workflow or in a nested one, and summarizes the trace. */
async function runThousand({ errorHandling, timeout, signal, nested = false }: Settings) {
  const batch = {
    items: Array.from({ length: 1000 }, (_, i) => i),
    parallel: true,
    max_concurrent: 1000,
    error_handling: errorHandling,
  };
  const node = { id: 'each', type: 'own', params: { way: '${item}' }, batch };
  const flow = { nodes: [timeout === undefined ? node : { ...node, timeout }] };
  const inner = { workflow_ir: { ...flow, outputs: { count: { source: '${each.success_count}' } } } };
  const events: TraceEvent[] = [];
  const result: RunResult = await run(
    nested ? { nodes: [{ id: 'inner', type: 'workflow', params: inner }] } : flow,
    { nodes: [own], model: 'offline', onEvent: (event) => events.push(event), ...(signal ? { signal } : {}) },
  );
  expect(openSpans(events)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: result.status });
  const items = events.filter((event) => event.type === 'span.started' && event.kind === 'item');
  return { ...result, items: items.length };
}

test.each([false, true])(
  'a batch of a thousand with error_handling "continue" keeps its successful items (nested: %s)',
  async (nested) => {
    const { status, items, error } = await runThousand({ errorHandling: 'continue', timeout: 0.2, nested });
    expect([status, items, error]).toEqual(['ok', 1000, undefined]);
  },
);

test.each([false, true])(
  'a batch of a thousand with error_handling "fail_fast" ends at the first failure (nested: %s)',
  async (nested) => {
    const { status, error } = await runThousand({ errorHandling: 'fail_fast', timeout: 60, nested });
    expect([status, (error as Error).message]).toEqual(['failed', expect.stringContaining('thrown')]);
  },
);

test.each([false, true])(
  'a thousand items that ignore their signal end when the run is cancelled (nested: %s)',
  async (nested) => {
    const stop = new AbortController();
    const running = runThousand({ errorHandling: 'continue', signal: stop.signal, nested });
    setImmediate(() => setImmediate(() => stop.abort()));
    expect(await running).toMatchObject({ status: 'cancelled' });
  },
);
