/** Flows of the pocketflow package are traced node by node, and run as they do without a trace. */
import { BatchFlow, BatchNode, Flow, Node, ParallelBatchFlow, ParallelBatchNode } from 'pocketflow';
import { expect, test } from 'vitest';
import { exportedTypes } from '../../src/nodes/custom/exported-types.js';
import { deriveWarnings } from '../../src/profile/analysis/warnings.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { readSnapshots } from '../../src/profile/store/snapshot.js';
import { Flow as OwnFlow } from '../../src/runtime/flow/flow.js';
import { run } from '../../src/session/run.js';
import { trace, type TraceOptions } from '../../src/session/trace-flow.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { testPrices } from '../support/prices.js';

type Shared = Record<string, unknown>;

class Draft extends Node<Shared> {
  override async prep(shared: Shared): Promise<number> {
    return Number(shared['round'] ?? 0);
  }
  override async exec(round: unknown): Promise<number> {
    return Number(round) + 1;
  }
  override async post(shared: Shared, _round: unknown, next: unknown): Promise<undefined> {
    shared['round'] = next;
  }
}

/** Sends the draft back until the third round; its first attempt in each round fails. */
class ReviewNode extends Node<Shared> {
  constructor() {
    super(2, 0);
  }
  override async exec(): Promise<string> {
    if (this.currentRetry === 0) throw new Error('busy');
    return 'read';
  }
  override async post(shared: Shared): Promise<string> {
    return Number(shared['round']) < 3 ? 'again' : 'good';
  }
}

class Publish extends Node<Shared, { place: string }> {
  override async post(shared: Shared): Promise<undefined> {
    shared['published'] = `round ${String(shared['round'])} in ${this['_params'].place}`;
  }
}

/** draft → review → (again) draft, (good) → a nested flow that publishes. */
function reviewFlow(): Flow<Shared, { place: string }> {
  const [draft, review] = [new Draft(), new ReviewNode()];
  draft.next(review);
  review.on('again', draft);
  review.on('good', new Flow<Shared>(new Publish()));
  return new Flow<Shared, { place: string }>(draft).setParams({ place: 'print' });
}

async function traceAll(flow: Parameters<typeof trace>[0], options: TraceOptions = {}) {
  const events: TraceEvent[] = [];
  const result = await trace(flow, {
    model: 'offline',
    ledger: false,
    ...options,
    onEvent: (event) => void events.push(event),
  });
  const state = reduceEvents(events, { prices: testPrices });
  const spans = [...state.spans.values()];
  const lines = spans
    .filter(({ kind }) => kind !== 'phase' && kind !== 'stage')
    .map(({ kind, name, status, visit = 1 }) => `${kind} ${name}${visit > 1 ? ` #${visit}` : ''} ${status}`);
  const counts = events.flatMap((event) =>
    event.type === 'span.finished' && event.batch ? [event.batch] : [],
  );
  return { ...result, state, spans, lines, counts };
}

test('trace() runs a pocketflow flow with a span for each node, visit and attempt, and nested flows', async () => {
  const { status, outputs, lines, spans, state } = await traceAll(reviewFlow());
  expect([status, outputs]).toEqual(['ok', { round: 3, published: 'round 3 in print' }]);
  const visit = (n: string) => [
    `node draft${n} ok`,
    `node review${n} ok`,
    'attempt attempt 1 failed',
    'attempt attempt 2 ok',
  ];
  expect(lines).toEqual([
    'node flow ok',
    ...['', ' #2', ' #3'].flatMap(visit),
    'node flow-2 ok',
    'node publish ok',
  ]);
  const second = spans.find(({ name, visit }) => name === 'draft' && visit === 2)!;
  expect(readSnapshots(state, second.id)).toEqual({ before: { round: 1 }, after: { round: 2 } });
  expect(await runUntraced(reviewFlow())).toEqual(outputs);
});

async function runUntraced(flow: Flow<Shared, { place: string }>): Promise<Shared> {
  const shared: Shared = {};
  await flow.run(shared);
  return shared;
}

class Shout extends BatchNode<Shared> {
  constructor() {
    super(2, 0);
  }
  override async prep(): Promise<string[]> {
    return ['a', 'bad', 'a'];
  }
  override async exec(item: unknown): Promise<string> {
    if (item === 'bad') throw new Error('cannot');
    return String(item).toUpperCase();
  }
  override async execFallback(): Promise<string> {
    return '?';
  }
  override async post(shared: Shared, _items: unknown, loud: unknown): Promise<undefined> {
    shared['loud'] = loud;
  }
}

class ShoutAtOnce extends ParallelBatchNode<Shared> {
  override async prep(): Promise<string[]> {
    return ['x', 'x'];
  }
  override async exec(item: unknown): Promise<string> {
    return String(item);
  }
}

test('the items of batch nodes have spans with their attempts', async () => {
  const first = new Shout();
  first.next(new ShoutAtOnce());
  const { outputs, lines, counts } = await traceAll(new Flow<Shared>(first));
  expect(outputs).toEqual({ loud: ['A', '?', 'A'] });
  expect(lines).toEqual([
    'node flow ok',
    'node shout ok',
    'item 0 ok',
    'item 1 failed',
    'item 1 failed',
    'item 2 ok',
    'node shout-at-once ok',
    'item 0 ok',
    'item 1 ok',
  ]);
  expect(counts).toEqual([
    { ok: 3, failed: 0, of: 3 },
    { ok: 2, failed: 0, of: 2 },
  ]);
});

class Note extends Node<Shared, { name: string }> {
  override async post(shared: Shared): Promise<undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    shared[this['_params'].name] = true;
  }
}

const names = [{ name: 'one' }, { name: 'two' }];

class Names extends BatchFlow<Shared> {
  override async prep(): Promise<{ name: string }[]> {
    return names;
  }
}

class NamesAtOnce extends ParallelBatchFlow<Shared> {
  override async prep(): Promise<{ name: string }[]> {
    return names;
  }
}

for (const [kind, flow] of [
  ['sequential', new Names(new Note())],
  ['parallel', new NamesAtOnce(new Note())],
] as const) {
  test(`each item of a ${kind} batch flow is a span around its nodes`, async () => {
    const { outputs, spans, counts } = await traceAll(flow);
    expect(outputs).toEqual({ one: true, two: true });
    const notes = spans.filter(({ name }) => name === 'note');
    const parents = notes.map(({ parent }) => spans.find(({ id }) => id === parent)!);
    expect(parents.map(({ kind: of, name }) => `${of} ${name}`)).toEqual(['item 0', 'item 1']);
    expect(counts).toEqual([{ ok: 2, failed: 0, of: 2 }]);
  });
}

test('a single node runs, and one inside a flow of ours', async () => {
  const alone = await traceAll(new Draft());
  expect([alone.outputs, alone.lines]).toEqual([{ round: 1 }, ['node draft ok']]);
  const nodes = new Map<string, never>([['write', new Draft() as never]]);
  const mixed = await traceAll(new OwnFlow('mixed', { start: 'write', nodes, edges: [] }));
  expect([mixed.outputs, mixed.lines]).toEqual([{ round: 1 }, ['node write ok']]);
});

test('an error inside a flow fails its node and every flow around it, and a class that handles it continues', async () => {
  class Fails extends Node<Shared> {
    override async exec(): Promise<never> {
      throw new TypeError('no paper');
    }
  }
  const failed = await traceAll(new Flow<Shared>(new Fails()));
  expect(failed.status).toBe('failed');
  expect(failed.lines).toEqual(['node flow failed', 'node fails failed']);
  expect(String(failed.error)).toContain('no paper');
  class Handles extends Flow<Shared> {
    protected override async _orchestrate(shared: Shared): Promise<void> {
      const running = super['_orchestrate'](shared);
      await running.catch((error: Error) => void (shared['caught'] = error.constructor.name));
    }
  }
  const handled = await traceAll(new Handles(new Fails()));
  expect([handled.status, handled.outputs]).toEqual(['ok', { caught: 'TypeError' }]);
});

test('a cancelled run starts no further node of a flow', async () => {
  const stop = new AbortController();
  class Stops extends Node<Shared> {
    override async exec(): Promise<void> {
      stop.abort();
    }
  }
  const first = new Stops();
  first.next(new Draft());
  const { status, outputs, lines } = await traceAll(new Flow<Shared>(first), { signal: stop.signal });
  expect([status, outputs]).toEqual(['cancelled', {}]);
  expect(lines.some((line) => line.includes('draft'))).toBe(false);
});

test('a flow as a node type writes to the namespace of its node, and its nodes have spans there', async () => {
  const events: TraceEvent[] = [];
  const { status, outputs } = await run(
    {
      nodes: [{ id: 'book', type: 'review-it', params: { place: 'a book' } }],
      edges: [],
      outputs: { text: { source: '${book.published}' } },
    },
    {
      nodes: exportedTypes({ reviewIt: reviewFlow() }),
      model: 'offline',
      ledger: false,
      onEvent: (event) => void events.push(event),
    },
  );
  expect([status, outputs]).toEqual(['ok', { text: 'round 3 in a book' }]);
  const state = reduceEvents(events, { prices: testPrices });
  const publish = [...state.spans.values()].find(({ name }) => name === 'publish')!;
  expect(readSnapshots(state, publish.id)).toEqual({
    before: { book: { round: 3 } },
    after: { book: { round: 3, published: 'round 3 in a book' } },
  });
  expect(deriveWarnings(state)).toMatchObject([{ code: 'recovered', node: 'book/review' }]);
});

test('trace() rejects what it cannot run before anything ran', async () => {
  const broken = (start: string, nodes: readonly (readonly [string, unknown])[]) =>
    new OwnFlow('broken', { start, nodes: new Map(nodes) as Map<string, never>, edges: [] });
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /got undefined/],
    [Draft, /got the class Draft/],
    [() => {}, /got the function/],
    [{ nodes: [], edges: [] }, /got an object with the keys nodes, edges/],
    [[new Draft()], /got a list/],
    [new Date(0), /got an instance of Date/],
    [new Flow(undefined as never), /pocketflow flow without a start node/],
    [broken('a', []), /The flow 'broken' has no node 'a'/],
    [broken('a', [['a', 7]]), /Node 'a' of the flow 'broken' needs .* got 7/],
    [broken('a', [['a', broken('b', [])]]), /The flow 'broken' has no node 'b'/],
  ];
  for (const [value, message] of cases) {
    const events: unknown[] = [];
    const rejected = trace(value as never, { onEvent: (event) => void events.push(event) });
    await expect(rejected).rejects.toMatchObject({
      code: 'invalid_workflow',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('pocketflow'),
    });
    expect(events).toEqual([]);
  }
});
