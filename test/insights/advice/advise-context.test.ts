import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  adviseTools,
  composeContext,
  type ContextComposition,
} from '../../../src/insights/advice/advise-context.js';
import { adviseCritical } from '../../../src/insights/advice/advise-critical.js';
import type { AdviceCall } from '../../../src/insights/advice/advice-call.js';
import { callsOf, type CallFacts } from './advice-calls.js';

const part = (role: string, bytes: number) => ({ role, bytes, chars: bytes, sha256: `${role}${bytes}` });

test('a context is split into its parts by size, scaled to the reported input', () => {
  const parts = [
    part('tools', 400),
    part('system', 200),
    part('user', 100),
    part('assistant', 100),
    part('tool', 100),
    part('user', 100),
  ];
  expect(composeContext({ parts, input: 500 })).toEqual({
    tools: 200,
    system: 100,
    history: 100,
    results: 50,
    newest: 50,
  });
  expect(composeContext({ parts: undefined, input: 500 })).toBeUndefined();
  expect(composeContext({ parts, input: 0 })).toBeUndefined();
});

test('the composition of any context adds up to its input', () => {
  const roles = fc.constantFrom('tools', 'system', 'developer', 'user', 'assistant', 'tool', 'function');
  const anyPart = fc
    .tuple(roles, fc.integer({ min: 0, max: 100_000 }))
    .map(([role, bytes]) => part(role, bytes));
  fc.assert(
    fc.property(fc.array(anyPart), fc.integer({ min: 1, max: 1_000_000 }), (parts, input) => {
      const composition: Partial<ContextComposition> = composeContext({ parts, input }) ?? {};
      const isEmpty = parts.every(({ bytes }) => bytes === 0);
      expect(Object.values(composition).reduce((sum, tokens) => sum + tokens, 0)).toBe(isEmpty ? 0 : input);
    }),
    { seed: 5, numRuns: 300 },
  );
});

type Offer = Readonly<
  { tools?: Readonly<Record<string, number>>; calls?: string; list?: number; text?: number } & CallFacts
>;

/** Calls of 4,000 input tokens for $0.01 that offer tools by size; the list of tools is as large unless stated. */
function offersOf(offers: readonly Offer[]): AdviceCall[] {
  return offers.map(({ tools = {}, calls, list, text = 8000, ...facts }, i) => {
    const sizes = Object.entries(tools).map(([name, bytes]) => ({ name, bytes }));
    const size = list ?? sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const base = callsOf([
      { usage: { input: 4000 }, ...facts, ...(calls === undefined ? {} : { tool: `${calls}()` }) },
    ])[0]!;
    return {
      ...base,
      span: i,
      parts: facts.parts ?? [part('tools', size), part('user', text)],
      call: {
        ...base.call,
        request: { tools: sizes },
        cost: { ...base.call.cost!, components: [{ kind: 'input', count: 4000, rate: 2.5, usd: 0.01 }] },
      },
    };
  });
}

const three = (offer: Offer): Offer[] => [offer, offer, offer];
const idle = { tools: { read: 4000, write: 4000 } };

test.each<[string, readonly Offer[], number, number]>([
  ['two tools, half of the input', three(idle), 2, 0.015],
  ['one tool', three({ tools: { read: 8000 } }), 1, 0.015],
  ['one of two', [{ ...idle, calls: 'read' }, idle, idle], 1, 0.0075],
  ['five calls', [...three(idle), idle, idle], 2, 0.025],
  [
    '31 tools',
    three({ tools: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`t${i}`, 1000])), text: 31_000 }),
    31,
    0.015,
  ],
  ['a small part, but enough', three({ tools: { read: 1000 }, text: 9000 }), 1, 0.003],
  ['a list with separators', three({ ...idle, list: 8100, text: 8100 }), 2, 0.015],
  ['outside of any node', three({ ...idle, node: '' }), 2, 0.015],
  ['in a nested workflow', three({ ...idle, node: 'a/b' }), 2, 0.015],
  [
    'other tools in each call',
    [{ tools: { a: 8000 } }, { tools: { b: 8000 } }, { tools: { c: 8000 } }],
    3,
    0.015,
  ],
  [
    'a used tool that is small',
    [{ tools: { read: 7900, ls: 100 }, calls: 'ls' }, ...three({ tools: { read: 7900, ls: 100 } })],
    1,
    0.01975,
  ],
  ['a call of a tool that was not offered', [{ ...idle, calls: 'other' }, idle, idle], 2, 0.015],
  ['with failed calls', [...three(idle), { ...idle, ok: false }], 2, 0.015],
  ['with calls without tools', [...three(idle), {}, {}], 2, 0.015],
  [
    'of one of two nodes',
    [...three({ ...idle, node: 'a' }), ...three({ tools: { read: 8000 }, calls: 'read', node: 'b' })],
    2,
    0.015,
  ],
  ['used only in another node', [...three(idle), { tools: { read: 1 }, calls: 'read', node: 'b' }], 2, 0.015],
  ['nearly all of the input', three({ ...idle, text: 100 }), 2, 0.0296],
  ['long prompts', three({ ...idle, usage: { input: 100_000 } }), 2, 0.015],
  ['identical requests', three({ ...idle, request: 'r' }), 2, 0.015],
  ['of another model', three({ ...idle, model: 'n' }), 2, 0.015],
])('tools that are never called are advice: %s', (_what, offers, count, usd) => {
  const [advice, ...more] = adviseTools(offersOf(offers));
  expect(more).toEqual([]);
  expect(advice!.message).toContain(
    count === 1 ? 'a tool that was never called' : `${count} tools that were never called`,
  );
  expect(advice!.usd).toBeCloseTo(usd, 4);
});

test.each<[string, readonly Offer[]]>([
  ['no calls', []],
  ['no tools', three({})],
  ['one call', [idle]],
  ['two calls', [idle, idle]],
  ['every tool is called', [{ ...idle, calls: 'read' }, { ...idle, calls: 'write' }, idle]],
  [
    'the only tool is called',
    [{ tools: { read: 8000 }, calls: 'read' }, ...three({ tools: { read: 8000 } })],
  ],
  ['small tools', three({ tools: { read: 200 }, text: 8000 })],
  ['less than 300 tokens', three({ tools: { read: 590 }, text: 7410 })],
  ['less than 10 % of the input', three({ tools: { read: 700 }, text: 7300 })],
  [
    'a small unused one beside a large used one',
    [{ tools: { read: 8000, ls: 100 }, calls: 'read' }, ...three({ tools: { read: 8000, ls: 100 } })],
  ],
  ['failed calls', three({ ...idle, ok: false })],
  [
    'calls of two nodes',
    [
      { ...idle, node: 'a' },
      { ...idle, node: 'b' },
      { ...idle, node: 'c' },
    ],
  ],
  ['two calls in each of two nodes', ['a', 'b', 'a', 'b'].map((node) => ({ ...idle, node }))],
  ['unknown inputs', three({ ...idle, input: 0 })],
  ['tools without a size', three({ tools: { read: 0 }, list: 8000 })],
  ['a list that is not among the parts', three({ ...idle, list: 0 })],
  ['the last call uses it', [...three({ tools: { read: 8000 } }), { tools: { read: 8000 }, calls: 'read' }]],
  [
    'used in a call that failed',
    [{ tools: { read: 8000 }, calls: 'read', ok: false }, ...three({ tools: { read: 8000 } })],
  ],
  ['short inputs', three({ ...idle, usage: { input: 200 } })],
  ['empty parts', three({ ...idle, parts: [part('tools', 0), part('user', 0)] })],
])('no advice on tools: %s', (_what, offers) => {
  expect(adviseTools(offersOf(offers))).toEqual([]);
});

const share = (path: string, ms: number) => ({ path: path.split('/'), ms });

test.each<[string, number, number]>(
  [2000, 2500, 3000, 4000, 5000, 8000, 10_000, 60_000, 600_000, 7_200_000].flatMap((elapsed) =>
    [0.5, 0.9].map((part): [string, number, number] => [
      part === 0.5 ? 'report' : 'enrich/fetch',
      elapsed,
      elapsed * part,
    ]),
  ),
)('the step %s with half of a run of %d ms or more (%d ms) is advice', (path, elapsed, ms) => {
  expect(adviseCritical([share(path, ms), share('x', elapsed - ms)], elapsed)).toMatchObject([
    { kind: 'critical-path', node: path, ms: ms / 2 },
  ]);
});

test.each<[string, readonly ReturnType<typeof share>[], number]>([
  ['nothing ran', [], 0],
  ['a single step', [share('a', 9000)], 9000],
  ['the time of the workflow itself', [share('workflow', 9000), share('a', 1000)], 10_000],
  ['the time of the planner itself', [share('planner', 9000), share('a', 1000)], 10_000],
  ...[10, 100, 500, 1000, 1500, 1900, 1999].map((elapsed): [string, ReturnType<typeof share>[], number] => [
    `a run of ${elapsed} ms`,
    [share('a', elapsed * 0.8), share('b', elapsed * 0.2)],
    elapsed,
  ]),
  ...[2, 3, 4, 5, 6, 8, 10, 20, 50].map((steps): [string, ReturnType<typeof share>[], number] => [
    `${steps + 1} steps of the same length`,
    Array.from({ length: steps + 1 }, (_, i) => share(`s${i}`, 10_000 / (steps + 1))),
    10_000,
  ]),
])('no advice on the critical path: %s', (_what, shares, elapsed) => {
  expect(adviseCritical(shares, elapsed)).toEqual([]);
});
