import { BatchNode, Flow, Node, ParallelBatchNode } from 'pocketflow';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../../src/compile/compile.js';
import { exportedTypes } from '../../../src/nodes/custom/exported-types.js';
import { isPocketFlowClass, pocketFlowType } from '../../../src/nodes/custom/pocketflow.js';
import { builtinTypes, createRegistry } from '../../../src/nodes/registry.js';
import { validateWorkflow } from '../../../src/workflow/check/validate.js';
import { runNode } from '../../support/run-node.js';
import { memorySink, testContext, tracedStore } from '../../support/tracing.js';

type Shared = Record<string, unknown>;
type Params = { text: string; fail?: number };

class WordCountNode extends Node<Shared, Params> {
  static description = 'Counts the words of a text.';
  tries = 0;

  constructor() {
    super(3, 0);
  }

  override async prep(shared: Shared): Promise<string> {
    shared['seen'] = true;
    return this['_params'].text;
  }

  override async exec(text: unknown): Promise<number> {
    if (++this.tries <= (this['_params'].fail ?? 0)) throw new Error(`try ${this.tries}`);
    return String(text).split(' ').length;
  }

  override async execFallback(_text: unknown, error: Error): Promise<number> {
    if (this['_params'].text === 'give up') throw error;
    return -1;
  }

  override async post(shared: Shared, _text: unknown, count: unknown): Promise<string | undefined> {
    shared['count'] = count;
    return Number(count) > 2 ? 'many' : undefined;
  }
}

class Shouts extends BatchNode<Shared, { list: string[] }> {
  override async prep(): Promise<string[]> {
    return this['_params'].list;
  }
  override async exec(item: unknown): Promise<string> {
    if (item === 'bad') throw new Error('a bad item');
    return String(item).toUpperCase();
  }
  override async post(shared: Shared, _items: unknown, loud: unknown): Promise<undefined> {
    shared['loud'] = loud;
  }
}

class Parallel extends ParallelBatchNode<Shared, { list: string[] }> {
  static type = 'shout-at-once';
  override async prep(): Promise<string[]> {
    return this['_params'].list;
  }
  override async exec(item: unknown): Promise<unknown> {
    return item;
  }
  override async post(shared: Shared, _items: unknown, all: unknown): Promise<undefined> {
    shared['all'] = all;
  }
}

const words = pocketFlowType(WordCountNode);

test('node classes of pocketflow are distinguished from flows, instances and other exports', () => {
  const flow = class extends Flow {};
  const others = [flow, Date, () => {}, WordCountNode.prototype, new WordCountNode(), null, 'Node', Map];
  expect([WordCountNode, Shouts, Parallel].map(isPocketFlowClass)).toEqual([true, true, true]);
  expect(others.map(isPocketFlowClass)).toEqual(others.map(() => false));
});

test('a class becomes a node type named after the class or its static metadata', () => {
  const types = exportedTypes({
    WordCountNode,
    again: WordCountNode,
    list: [Shouts, Parallel],
    helper: () => {},
  });
  expect(types.map(({ type, description }) => `${type}: ${description}`)).toEqual([
    'word-count: Counts the words of a text.',
    'shouts: The pocketflow class Shouts.',
    'shout-at-once: The pocketflow class Parallel.',
  ]);
});

test('a node receives its parameters, writes to the store and returns its action', async () => {
  expect(await runNode(words, { text: 'a b c' })).toMatchObject({
    action: 'many',
    outputs: { seen: true, count: 3 },
  });
  expect(await runNode(words, { text: 'a' })).toMatchObject({ action: 'default', outputs: { count: 1 } });
});

test('exec is retried as often as the class specifies before its fallback is called', async () => {
  expect((await runNode(words, { text: 'a b', fail: 2 })).outputs['count']).toBe(2);
  expect((await runNode(words, { text: 'a b', fail: 3 })).outputs['count']).toBe(-1);
  await expect(runNode(words, { text: 'give up', fail: 3 })).rejects.toThrow('try 3');
});

test('a batch node iterates over its items itself', async () => {
  expect((await runNode(pocketFlowType(Shouts), { list: ['a', 'b'] })).outputs['loud']).toEqual(['A', 'B']);
  expect((await runNode(pocketFlowType(Parallel), { list: ['a', 'b'] })).outputs['all']).toEqual(['a', 'b']);
  await expect(runNode(pocketFlowType(Shouts), { list: ['bad'] })).rejects.toThrow('a bad item');
});

test('a class runs in the standard wrappers: templates, namespaces, edges by action, one span per attempt', async () => {
  const types = createRegistry([...builtinTypes, words]);
  const { workflow, problems } = validateWorkflow(
    {
      nodes: [
        { id: 'say', type: 'echo', params: { message: 'a b c' } },
        { id: 'count', type: 'word-count', params: { text: '${say.echo}', fail: 1 } },
        { id: 'end', type: 'echo', params: { message: '${count.count} of ${count.anything_else}' } },
        { id: 'other', type: 'echo' },
      ],
      edges: [
        { from: 'say', to: 'count' },
        { from: 'count', to: 'other' },
        { from: 'count', to: 'end', action: 'many' },
      ],
      template_resolution_mode: 'permissive',
    },
    types,
  );
  expect(problems).toEqual([]);
  const sink = memorySink();
  const store = tracedStore(sink);
  await compileWorkflow(workflow!, types).run(store, testContext());
  expect(store['count']).toEqual({ seen: true, count: 3 });
  expect(store['end']).toMatchObject({ echo: '3 of ${count.anything_else}' });
  const ends = new Map(sink.of('span.finished').map(({ span, status }) => [span, status]));
  const spans = sink.of('span.started').map(({ span, kind, name }) => `${kind} ${name}: ${ends.get(span)}`);
  expect(spans).toEqual([
    'node say: ok',
    'phase prep: ok',
    'phase exec: ok',
    'phase post: ok',
    'node count: ok',
    'phase prep: ok',
    'phase exec: ok',
    'attempt attempt 1: failed',
    'attempt attempt 2: ok',
    'phase post: ok',
    'node end: ok',
    'phase prep: ok',
    'phase exec: ok',
    'phase post: ok',
  ]);
});

class Upper extends Node<Shared, Params> {
  override async prep(): Promise<string> {
    return this['_params'].text;
  }
  override async exec(text: unknown): Promise<string> {
    return String(text).toUpperCase();
  }
  override async post(shared: Shared, _text: unknown, upper: unknown): Promise<undefined> {
    shared['upper'] = upper;
  }
}

class Quote extends Node<Shared, Params> {
  override async post(shared: Shared): Promise<string> {
    shared['quoted'] = `"${String(shared['upper'])}"`;
    return 'done';
  }
}

const upper = new Upper();
upper.next(new Quote());

class QuoteLoud extends Flow<Shared, Params> {
  static description = 'Quotes a text in capitals.';
  constructor() {
    super(upper);
  }
  override async post(): Promise<string> {
    return 'quoted';
  }
}

test('a flow is one node type, exported as a class or as an instance', async () => {
  const types = exportedTypes({ QuoteLoud, quoteIt: new Flow(upper), Flow });
  expect(types.map(({ type, description }) => [type, description])).toEqual([
    ['quote-loud', 'Quotes a text in capitals.'],
    ['quote-it', 'The pocketflow flow quoteIt.'],
  ]);
  for (const [i, action] of ['quoted', 'default'].entries()) {
    const run = await runNode(types[i]!, { text: 'hi' });
    expect(run).toMatchObject({ action, outputs: { upper: 'HI', quoted: '"HI"' } });
  }
});
