import { expect, test } from 'vitest';
import { adviseUnreadValues } from '../../../src/insights/advice/advise-unread.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { Advice } from '../../../src/insights/advice/advice-call.js';
import type { Captured } from '../../../src/trace/event/captured.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const BIG = 'x'.repeat(120_000);

type Fields = Readonly<Record<string, Captured>>;

type Facts = Readonly<{
  /** The parameters of the nodes after `load`, in order: b, c, … */
  nodes?: readonly Fields[];
  /** Fields of the IR; by default one output that reads the last node. */
  ir?: Fields;
  /** What `load` writes. */
  set?: Readonly<Record<string, Captured>>;
  from?: readonly string[];
  readsStore?: boolean;
  store?: number;
  status?: 'ok' | 'failed';
  planned?: boolean;
  more?: Readonly<Record<string, Captured>>;
}>;

/** The advice on a workflow whose node `load` writes, and whose other nodes have these parameters. */
function adviseOn({ nodes = [], set = { '/load/text': BIG }, planned = true, ...facts }: Facts): Advice[] {
  const own = nodes.map((params, i) => ({ id: String.fromCodePoint(98 + i), type: 'shell', params }));
  const all = [{ id: 'load', type: 'shell', params: {} }, ...own];
  const ir = { nodes: all, outputs: { r: { source: '${end.result}' } }, ...facts.ir };
  const events = buildTrace((t) => {
    if (planned)
      t.emit({
        type: 'workflow.planned',
        origin: 'file',
        name: 'w',
        ir,
        nodes: all.map(({ id, type }) => ({ id, type, ...(facts.readsStore ? { readsStore: true } : {}) })),
        edges: [],
      });
    t.stage('workflow', () => {
      t.node('load', { nodeType: 'shell' }, () => {
        const store = facts.store === undefined ? {} : { store: facts.store };
        t.emit({ type: 'store.changed', span: t.span, set, ...store });
        if (facts.more) t.emit({ type: 'store.changed', span: t.span, set: facts.more });
      });
      for (const { id } of own)
        t.node(id, { nodeType: 'shell' }, () =>
          t.params({ p: { template: 't', value: 'v', from: [...(facts.from ?? [])] } }),
        );
    });
    t.finish(facts.status ?? 'ok');
  });
  return adviseUnreadValues(reduceEvents(events, { prices: testPrices }));
}

const cut = { $: 'cut-text', head: 'a', tail: 'b', size: 5_000_000, sha256: 's' } as const;

test.each<[string, Facts, string]>([
  ['a text', {}, 'load.text'],
  ['a list', { set: { '/load/rows': Array.from({ length: 40_000 }, (_, i) => i) } }, 'load.rows'],
  ['an object', { set: { '/load/page': { body: BIG } } }, 'load.page'],
  ['a truncated text', { set: { '/load/text': cut } }, 'load.text'],
  [
    'a truncated list',
    {
      set: { '/load/rows': { $: 'cut-list', head: [BIG.slice(0, 500)], tail: [], size: 1000, sha256: 's' } },
    },
    'load.rows',
  ],
  [
    'a truncated object',
    { set: { '/load/map': { $: 'cut-object', head: { a: BIG.slice(0, 500) }, size: 1000, sha256: 's' } } },
    'load.map',
  ],
  [
    'binary data',
    { set: { '/load/image': { $: 'binary', class: 'Buffer', bytes: 200_000, sha256: 's', head: '' } } },
    'load.image',
  ],
  [
    'text that was not captured',
    { set: { '/load/text': { $: 'omitted', of: 'text', size: 200_000 } } },
    'load.text',
  ],
  ['another field is read', { nodes: [{ p: '${load.status}' }] }, 'load.text'],
  ['a node whose name begins the same', { nodes: [{ p: '${loader.text}' }] }, 'load.text'],
  ['a field whose name begins the same', { nodes: [{ p: '${load.text_size}' }] }, 'load.text'],
  ['the same field of another node', { nodes: [{ p: '${b.text_}' }], from: ['/b/texts'] }, 'load.text'],
  ['its path outside of a template', { nodes: [{ p: 'see load.text' }] }, 'load.text'],
  ['an escaped place', { set: { '/load/a~1b': BIG } }, 'load.a/b'],
  ['outside of any node', { set: { '/page': BIG } }, 'page'],
  ['with an output that is small', { ir: { outputs: { r: { source: '${load.count}' } } } }, 'load.text'],
  [
    'beside a value that is read',
    { set: { '/load/text': BIG, '/load/n': 1 }, nodes: [{ p: '${load.n}' }] },
    'load.text',
  ],
  ['read in an input of another name', { nodes: [{ inputs: { load: '${x.text2}' } }] }, 'load.text'],
  ['written twice', { more: { '/load/text': `${BIG}more` } }, 'load.text'],
  ['just large enough', { set: { '/load/text': 'x'.repeat(100_000) } }, 'load.text'],
  [
    'without outputs, of a node that is not the last',
    { ir: { outputs: {} }, nodes: [{ p: 'x' }] },
    'load.text',
  ],
])('a large value that nothing reads is advice: %s', (_what, facts, name) => {
  const advice = adviseOn(facts);
  expect(advice.map(({ kind, message }) => `${kind} ${message.split(' ')[0]}`)).toEqual([
    `unread-value ${name}`,
  ]);
});

test.each<[string, Facts]>([
  ['a template reads it', { nodes: [{ p: '${load.text}' }] }],
  ['a template within text', { nodes: [{ p: 'Summarize: ${load.text} in short' }] }],
  ['a template that reads the node', { nodes: [{ p: '${load}' }] }],
  ['a part of it', { nodes: [{ p: '${load.text[0].name}' }] }],
  ['in a nested parameter', { nodes: [{ inputs: { page: ['${load.text}'] } }] }],
  ['one of two operands', { nodes: [{ p: '${load.text ?? x.y ?? "none"}' }] }],
  ['the second operand', { nodes: [{ p: '${x.y ?? load.text}' }] }],
  ['an index that is a template', { nodes: [{ p: '${load.text[${i}]}' }] }],
  ['its own name within the node', { nodes: [{ p: '${text}' }] }],
  ['an output', { ir: { outputs: { r: { source: '${load.text}' } } } }],
  ['an output without a template', { ir: { outputs: { r: { source: 'load.text' } } } }],
  ['no declared outputs: it is the result', { ir: { outputs: {} } }],
  ['the items of a batch', { ir: { nodes: [{ id: 'b', batch: { items: '${load.text}' } }] } }],
  ['the condition of a loop', { ir: { nodes: [{ id: 'b', loop: { until: '${load.text} == 1' } }] } }],
  ['a recorded read without a template', { nodes: [{ p: 'x' }], from: ['/load/text/0'] }],
  ['a value that is small', { set: { '/load/text': 'short' } }],
  ['just below the size', { set: { '/load/text': 'x'.repeat(99_999) } }],
  ['a list of few elements', { set: { '/load/rows': [1, 2, 3] } }],
  [
    'many small values',
    { set: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`/load/v${i}`, BIG.slice(0, 2000)])) },
  ],
  ['a value of a batch item', { store: 2 }],
  ['the nodes get the store', { readsStore: true }],
  ['a run that failed before anything could read it', { status: 'failed' }],
  ['a run without a plan', { planned: false }],
  ['a plan that is truncated', { nodes: [{ p: cut }] }],
  ['a nested workflow that shares the store', { nodes: [{ storage_mode: 'shared' }] }],
  ['a value that was overwritten', { more: { '/load/text': 'short' } }],
  ['internal keys', { set: { '/__cache__': BIG } }],
])('no advice on stored values: %s', (_what, facts) => {
  expect(adviseOn(facts)).toEqual([]);
});
