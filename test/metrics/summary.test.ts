import { expect, test } from 'vitest';
import { summarize } from '../../src/metrics/summary.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../support/trace-builder.js';

const summaryOf = (name: string, options: Parameters<typeof summarize>[1] = {}) =>
  summarize(reduceEvents(readFixture(name), { prices: testPrices }), options);
const json = (value: unknown) => JSON.stringify(value, null, 1);

test('the summary of a planned run is one object with its keys in the documented order', () => {
  const summary = summaryOf('done-with-planner', {
    result: '# A short report.',
    tracePath: '/tmp/trace.jsonl',
  });
  expect(json(summary)).toMatchInlineSnapshot(`
    "{
     "result": "# A short report.",
     "is_error": false,
     "duration_ms": 8193,
     "critical_path_ms": 8193,
     "duration_planner_ms": 5102,
     "total_cost_usd": 0.02202,
     "num_nodes": 7,
     "metrics": {
      "planner": {
       "duration_ms": 5102,
       "cost_usd": 0.0174,
       "node_timings": {
        "workflow-discovery": 1100,
        "component-browsing": 1800,
        "workflow-generator": 2200,
        "validator": 2
       },
       "node_usage": {
        "workflow-discovery": {
         "calls": 1,
         "cost_usd": 0.0036,
         "tokens_input": 700,
         "tokens_output": 100,
         "tokens_total": 800
        },
        "component-browsing": {
         "calls": 1,
         "cost_usd": 0.0051,
         "tokens_input": 950,
         "tokens_output": 150,
         "tokens_total": 1100
        },
        "workflow-generator": {
         "calls": 1,
         "cost_usd": 0.0087,
         "tokens_input": 900,
         "tokens_output": 400,
         "tokens_total": 1300
        }
       },
       "tokens_input": 2550,
       "tokens_output": 650,
       "tokens_total": 3200,
       "models_used": [
        "claude-sonnet-4-5"
       ]
      },
      "workflow": {
       "duration_ms": 3091,
       "cost_usd": 0.00462,
       "node_timings": {
        "read_file": 45,
        "llm_summarize": 2890,
        "format_output": 155
       },
       "node_usage": {
        "llm_summarize": {
         "calls": 1,
         "cost_usd": 0.00462,
         "tokens_input": 1200,
         "tokens_output": 212,
         "tokens_cache_read": 800,
         "tokens_reasoning": 64,
         "tokens_total": 1412
        }
       }
      },
      "total": {
       "duration_ms": 8193,
       "cost_usd": 0.02202,
       "cache_saved_usd": 0.00216,
       "tokens_cache_read": 800,
       "tokens_reasoning": 64,
       "tokens_total": 4612
      }
     },
     "trace_path": "/tmp/trace.jsonl"
    }"
  `);
});

test('the summary of a run without a planner has no planner metrics', () => {
  const summary = summaryOf('done-without-planner', { result: { any: ['value'] } });
  expect(summary.metrics).not.toHaveProperty('planner');
  expect(summary).toMatchObject({
    result: { any: ['value'] },
    duration_planner_ms: null,
    num_nodes: 2,
    trace_path: null,
  });
});

test('the summary has the length of the critical path, and the slack of nodes that are not on it', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      const slow = t.open('node', 'slow', { nodeType: 'test' });
      const fast = t.open('node', 'fast', { nodeType: 'test' });
      t.wait(20.2).close(fast);
      t.wait(30).close(slow);
      t.control('paused').wait(1000).control('resumed');
      t.node('last', {}, () => void t.wait(7));
    }),
  );
  const { duration_ms, critical_path_ms, slack_ms, waited_ms } = summarize(
    reduceEvents(events, { prices: testPrices }),
  );
  expect({ duration_ms, critical_path_ms, slack_ms, waited_ms }).toEqual({
    duration_ms: 57,
    critical_path_ms: 57,
    slack_ms: { fast: 30 },
    waited_ms: 1000,
  });
});

test('the summary of a failed run has the same form, with the node and message of its error', () => {
  expect(json(summaryOf('failed-in-exec'))).toMatchInlineSnapshot(`
    "{
     "result": null,
     "is_error": true,
     "error": {
      "node": "fetch",
      "message": "Cannot reach example.com (in exec)."
     },
     "duration_ms": 845,
     "critical_path_ms": 845,
     "duration_planner_ms": null,
     "total_cost_usd": null,
     "cost_note": "n/a (no model called)",
     "num_nodes": 2,
     "metrics": {
      "workflow": {
       "duration_ms": 845,
       "cost_usd": null,
       "node_timings": {
        "read_file": 45,
        "fetch": 800
       }
      },
      "total": {
       "duration_ms": 845,
       "cost_usd": null,
       "tokens_total": 0
      }
     },
     "trace_path": null
    }"
  `);
});

test.each([
  ['cancelled-in-planner', { node: null, message: 'The run was cancelled.' }],
  ['budget', { node: 'second', message: 'The run cost $0.50, more than --max-cost $0.40.' }],
  ['torn-last-line', { node: null, message: 'The run has not finished.' }],
])('the summary of a %s run states why there is no result', (name, error) => {
  expect(summaryOf(name)).toMatchObject({ result: null, is_error: true, error });
});

test('a model without a price makes the total cost null, and the known part is given separately', () => {
  expect(json(summaryOf('unpriced-model'))).toMatchInlineSnapshot(`
    "{
     "result": null,
     "is_error": false,
     "warnings": [
      {
       "code": "usage_unknown",
       "node": "silent",
       "message": "The usage of gpt-4.1 is unknown: the response reports none."
      },
      {
       "code": "price_unknown",
       "message": "The price of acme/frobnicator-9000 is unknown: the prices of acme are not known, and another seller's would be a guess. \`pflow pricing explain acme/frobnicator-9000\` tells how to add it."
      }
     ],
     "duration_ms": 900,
     "critical_path_ms": 900,
     "duration_planner_ms": null,
     "total_cost_usd": null,
     "partial_cost_usd": 0.0045,
     "unpriced_models": [
      "frobnicator-9000",
      "gpt-4.1"
     ],
     "num_nodes": 3,
     "metrics": {
      "workflow": {
       "duration_ms": 900,
       "cost_usd": null,
       "partial_cost_usd": 0.0045,
       "unpriced_models": [
        "frobnicator-9000",
        "gpt-4.1"
       ],
       "node_timings": {
        "known": 300,
        "mystery": 300,
        "silent": 300
       },
       "node_usage": {
        "known": {
         "calls": 1,
         "cost_usd": 0.0045,
         "tokens_input": 1000,
         "tokens_output": 100,
         "tokens_total": 1100
        },
        "mystery": {
         "calls": 1,
         "cost_usd": null,
         "partial_cost_usd": 0,
         "unpriced_models": [
          "frobnicator-9000"
         ],
         "tokens_input": 1000,
         "tokens_output": 100,
         "tokens_total": 1100
        },
        "silent": {
         "calls": 1,
         "cost_usd": null,
         "partial_cost_usd": 0,
         "unpriced_models": [
          "gpt-4.1"
         ],
         "tokens_input": 0,
         "tokens_output": 0,
         "tokens_total": 0
        }
       }
      },
      "total": {
       "duration_ms": 900,
       "cost_usd": null,
       "partial_cost_usd": 0.0045,
       "unpriced_models": [
        "frobnicator-9000",
        "gpt-4.1"
       ],
       "tokens_total": 2200
      }
     },
     "trace_path": null
    }"
  `);
});

test('the timings of a looped node are summed, and each visit counts as a node', () => {
  const { metrics, num_nodes } = summaryOf('looped');
  expect(metrics.workflow.node_timings).toEqual({ draft: 3000, review: 600 });
  expect(num_nodes).toBe(6);
});

test('a nested node is counted, and its time is included in that of the enclosing node', () => {
  const { metrics, num_nodes } = summaryOf('nested-workflow');
  expect(metrics.workflow.node_timings).toEqual({ enrich: 480, ask: 300 });
  expect(num_nodes).toBe(4);
});

test('a free model costs 0, and its estimated tokens are marked as such', () => {
  expect(summaryOf('offline-and-local')).toMatchObject({
    total_cost_usd: 0,
    metrics: { total: { cost_usd: 0, tokens_total: 380, tokens_estimated: true } },
  });
});

test('the cost of a run without model calls is null with a note', () => {
  const none = buildTrace((t) => t.stage('workflow', () => t.node('a', {}, () => t.phase('exec', 5))));
  const offline = buildTrace((t) =>
    t.stage('workflow', () => t.llm({ provider: 'offline', model: 'rules', free: true })),
  );
  for (const events of [none, offline]) {
    const summary = summarize(reduceEvents(events, { prices: testPrices }));
    expect(summary).toMatchObject({ total_cost_usd: null, cost_note: 'n/a (no model called)' });
    expect(summary).not.toHaveProperty('partial_cost_usd');
  }
});

test('a skipped node is not counted as run', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      t.node('ran', {}, () => t.phase('exec', 5));
      t.node('left-out', { status: 'skipped' });
    }),
  );
  const { num_nodes, metrics } = summarize(reduceEvents(events, { prices: testPrices }));
  expect(num_nodes).toBe(1);
  expect(metrics.workflow.node_timings).toEqual({ ran: 5 });
});

test('calls, tokens and cost are listed for each node that called a model', () => {
  const { metrics } = summaryOf('done-with-planner');
  expect(metrics.workflow.node_usage).toEqual({
    llm_summarize: {
      calls: 1,
      cost_usd: 0.00462,
      tokens_input: 1200,
      tokens_output: 212,
      tokens_cache_read: 800,
      tokens_reasoning: 64,
      tokens_total: 1412,
    },
  });
  expect(Object.keys(metrics.planner!.node_usage!)).toEqual([
    'workflow-discovery',
    'component-browsing',
    'workflow-generator',
  ]);
});

test.each(fixtureNames)('the usages of the nodes of %s add up to their stage', (name) => {
  const { metrics } = summaryOf(name);
  for (const stage of [metrics.planner, metrics.workflow]) {
    const usages = Object.values(stage?.node_usage ?? {});
    const usd = usages.reduce((sum, each) => sum + (each.cost_usd ?? each.partial_cost_usd ?? 0), 0);
    expect(usd).toBeCloseTo(stage?.cost_usd ?? stage?.partial_cost_usd ?? 0, 12);
  }
  const planned = metrics.planner?.tokens_total ?? 0;
  const used = Object.values(metrics.workflow.node_usage ?? {});
  expect(used.reduce((sum, each) => sum + each.tokens_total, planned)).toBe(metrics.total.tokens_total);
});

test.each(fixtureNames)('the stages of %s add up to its total', (name) => {
  const { metrics, total_cost_usd, partial_cost_usd } = summaryOf(name);
  const usd = (part?: { cost_usd: number | null; partial_cost_usd?: number }) =>
    part?.cost_usd ?? part?.partial_cost_usd ?? 0;
  expect(usd(metrics.planner) + usd(metrics.workflow)).toBeCloseTo(
    total_cost_usd ?? partial_cost_usd ?? 0,
    9,
  );
});

test('a cost that is a lower bound is null, and the known part is given separately', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => t.llm({ input: 1000, output: 100, usage: { webSearches: 2 } })),
    ),
  );
  const { total_cost_usd, partial_cost_usd, unpriced_models } = summarize(
    reduceEvents(events, { prices: testPrices }),
  );
  expect([total_cost_usd, partial_cost_usd, unpriced_models]).toEqual([null, 0.0045, undefined]);
});
