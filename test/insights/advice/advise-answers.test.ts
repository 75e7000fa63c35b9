import { expect, test } from 'vitest';
import {
  adviseFirstToken,
  adviseRetries,
  adviseTruncated,
} from '../../../src/insights/advice/advise-answers.js';
import { callsOf, type CallFacts } from './advice-calls.js';

const many = (count: number, facts: CallFacts): CallFacts[] => Array.from({ length: count }, () => facts);

test.each([
  'length',
  'LENGTH',
  'max_tokens',
  'MAX_TOKENS',
  'max_output_tokens',
  'model_context_window_exceeded',
  'maxTokens',
])('an answer with the finish reason %s is truncated, alone, with its limit, and among others', (finish) => {
  expect(adviseTruncated(callsOf([{ finish }]))).toMatchObject([
    { usd: 0.01, message: '1 answer ended at the token limit' },
  ]);
  const limited = adviseTruncated(callsOf([{ finish, settings: { max_tokens: 4096 } }, {}]));
  expect(limited[0]!.message).toBe('1 answer ended at the token limit of 4,096');
  const both = adviseTruncated(
    callsOf([
      { finish, node: 'a' },
      { finish, node: 'b' },
      { finish, node: 'a' },
    ]),
  );
  expect(both.map(({ node, usd }) => [node, usd])).toEqual([
    ['a', 0.02],
    ['b', 0.01],
  ]);
});

test.each<[string, CallFacts]>([
  ...[
    'stop',
    'end_turn',
    'stop_sequence',
    'tool_calls',
    'tool_use',
    'STOP',
    'content_filter',
    'SAFETY',
    'refusal',
    'pause_turn',
    'cancelled',
    'error',
    'unknown',
    '',
    'other',
    'completed',
    'function_call',
    'lengthy',
    'max',
  ].map((finish): [string, CallFacts] => [`the finish reason '${finish}'`, { finish }]),
  ['a truncated answer that was thrown away', { finish: 'length', wasted: true }],
])('an answer is not truncated: %s', (_what, facts) => {
  expect(adviseTruncated(callsOf([facts]))).toEqual([]);
});

const waste: CallFacts = { wasted: true };

test.each<[string, readonly CallFacts[], number]>([
  ['one of two', [waste, {}], 0.01],
  ['two of three', [waste, waste, {}], 0.02],
  ['one of four', [waste, {}, {}, {}], 0.01],
  ['all', [waste, waste], 0.02],
  ['a single one', [waste], 0.01],
  ['of a batch', [...many(10, waste), ...many(10, {})], 0.1],
  ['one that cost as much as eight others', [{ ...waste, usd: 0.08 }, ...many(8, {})], 0.08],
  ['with failed attempts that cost nothing', [waste, { ok: false, usd: 0 }, {}], 0.01],
  ['that failed after its answer', [{ ...waste, ok: false }, {}], 0.01],
  ['truncated ones', [{ ...waste, finish: 'length' }, {}], 0.01],
  ['of another model', [{ ...waste, model: 'n' }, {}], 0.01],
  ['outside of any node', [{ ...waste, node: '' }, { node: '' }], 0.01],
  ['in a nested workflow', [{ ...waste, node: 'a/b' }, { node: 'a/b' }], 0.01],
  ['in one of two nodes', [{ ...waste, node: 'a' }, { node: 'a' }, ...many(20, { node: 'b' })], 0.01],
  ['cheap ones', [{ ...waste, usd: 1e-6 }, { usd: 1e-6 }], 1e-6],
  ['a dear one and a cheap one', [{ ...waste, usd: 1 }, { usd: 0.01 }], 1],
  ['exactly a quarter', [{ ...waste, usd: 0.25 }, { usd: 0.75 }], 0.25],
  ['after the good answers', [{}, {}, waste, waste], 0.02],
  ['at the same time', many(2, { ...waste, startedAt: 0 }), 0.02],
  ['identical ones', many(2, { ...waste, request: 'r' }), 0.02],
])('answers that were thrown away are advice: %s', (_what, facts, usd) => {
  expect(adviseRetries(callsOf(facts))).toMatchObject([{ kind: 'retries', usd: expect.closeTo(usd, 10) }]);
});

test.each<[string, readonly CallFacts[]]>([
  ['no calls', []],
  ['no retries', many(5, {})],
  ['one of five', [waste, ...many(4, {})]],
  ['one of a hundred', [waste, ...many(99, {})]],
  ['cheap ones among dear ones', [...many(5, { ...waste, usd: 0.001 }), ...many(5, {})]],
  ['a free model', [{ ...waste, usd: 0 }, { usd: 0 }]],
  ['attempts that failed without an answer', [...many(3, { ok: false, usd: 0 }), {}]],
  ['attempts that failed at a rate limit', [...many(10, { ok: false, usd: 0, finish: '' }), {}]],
  ['thrown away without a cost', [{ ...waste, usd: 0 }, {}]],
  ['failed but not thrown away', [{ ok: false }, {}]],
  ['repeated requests', many(4, { request: 'r' })],
  ['truncated answers', many(4, { finish: 'length' })],
  ['tool calls', many(4, { tool: 'read(a)' })],
  ['just below a quarter', [{ ...waste, usd: 0.24 }, { usd: 0.76 }]],
  ['in a node of many calls', [{ ...waste, node: 'a' }, ...many(9, { node: 'a' }), {}]],
  ['spread over nodes', ['a', 'b'].flatMap((node) => [{ ...waste, node }, ...many(4, { node })])],
  ['a single call', [{}]],
  ['a failed call alone', [{ ok: false, usd: 0 }]],
  ['other models', many(3, { model: 'n' })],
  ['long calls', many(3, { ms: 60_000 })],
])('no advice on retries: %s', (_what, facts) => {
  expect(adviseRetries(callsOf(facts))).toEqual([]);
});

const slow: CallFacts = { ms: 6000, ttft: 4000 };

test.each<[string, readonly CallFacts[], RegExp]>([
  ['three slow starts', many(3, slow), /another model/],
  ['twenty', many(20, slow), /another model/],
  ['with a quick one', [...many(4, slow), { ms: 6000, ttft: 300 }], /another model/],
  ['just at the limits', many(3, { ms: 6250, ttft: 2500 }), /another model/],
  ['most of the time', many(3, { ms: 10_000, ttft: 9900 }), /another model/],
  ['a minute', many(3, { ms: 90_000, ttft: 60_000 }), /another model/],
  ['in several nodes', ['a', 'b', 'c'].map((node) => ({ ...slow, node })), /another model/],
  ['outside of any node', many(3, { ...slow, node: '' }), /another model/],
  ['of a free model', many(3, { ...slow, usd: 0 }), /another model/],
  ['of another model', many(3, { ...slow, model: 'n' }), /another model/],
  ['at the same time', many(4, { ...slow, startedAt: 0 }), /another model/],
  ['with calls without a time', [...many(3, slow), {}, {}], /another model/],
  ['with failed calls', [...many(3, slow), { ok: false, ttft: 10, ms: 10 }], /another model/],
  ['reasoning', many(3, { ...slow, usage: { output: 1000, reasoning: 900 } }), /reasoning/],
  ['some reasoning', many(3, { ...slow, usage: { output: 1000, reasoning: 400 } }), /another model/],
  [
    'reasoning over a long prompt',
    many(3, { ...slow, usage: { input: 90_000, output: 1000, reasoning: 900 } }),
    /reasoning/,
  ],
  ['a long prompt', many(3, { ...slow, usage: { input: 90_000 } }), /prompts are long/],
  [
    'a long prompt, read from the cache',
    many(3, { ...slow, usage: { input: 90_000 }, cacheRead: 85_000 }),
    /another model/,
  ],
  [
    'a long prompt, a part of it cached',
    many(3, { ...slow, usage: { input: 90_000 }, cacheRead: 40_000 }),
    /prompts are long/,
  ],
  ['one of two models', [...many(3, slow), ...many(3, { model: 'n', ms: 6000, ttft: 100 })], /another model/],
])('a slow first token is advice: %s', (_what, facts, remedy) => {
  const [advice, ...more] = adviseFirstToken(callsOf(facts));
  expect(more).toEqual([]);
  expect(advice!.remedy).toMatch(remedy);
});

test.each<[string, readonly CallFacts[]]>([
  ['no calls', []],
  ['one call', [slow]],
  ['two calls', many(2, slow)],
  ['two of a model and two of another', [...many(2, slow), ...many(2, { ...slow, model: 'n' })]],
  ['two of each provider', [...many(2, slow), ...many(2, { ...slow, provider: 'aws' })]],
  ['quick starts', many(5, { ms: 6000, ttft: 200 })],
  ['just quick enough', many(3, { ms: 5000, ttft: 2499 })],
  ['long answers', many(3, { ms: 60_000, ttft: 4000 })],
  ['a part just below the limit', many(3, { ms: 10_100, ttft: 4000 })],
  ['unknown times', many(5, { ms: 9000 })],
  ['one slow of five', [slow, ...many(4, { ms: 3000, ttft: 300 })]],
  ['two slow of five', [slow, slow, ...many(3, { ms: 3000, ttft: 300 })]],
  ['failed calls', many(5, { ...slow, ok: false })],
  ['two good and a failed one', [slow, slow, { ...slow, ok: false }]],
  ['short calls', many(5, { ms: 400, ttft: 390 })],
  ['without streaming, short', many(5, { ms: 2000, ttft: 2000 })],
  ['reasoning, but quick', many(5, { ms: 4000, ttft: 900, usage: { output: 1000, reasoning: 900 } })],
  ['a long prompt, but quick', many(5, { ms: 4000, ttft: 900, usage: { input: 90_000 } })],
  ['different models', ['m', 'n', 'o', 'p'].map((model) => ({ ...slow, model }))],
  ['long answers with one slow start', [{ ms: 60_000, ttft: 9000 }, ...many(4, { ms: 60_000, ttft: 800 })]],
])('no advice on first tokens: %s', (_what, facts) => {
  expect(adviseFirstToken(callsOf(facts))).toEqual([]);
});
