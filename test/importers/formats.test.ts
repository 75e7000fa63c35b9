import { expect, test } from 'vitest';
import { callsOf, convert, importState, outline } from './convert.js';

const time = (ms: number) => new Date(1_790_000_000_000 + ms).toISOString();

const observation = (id: string, parent: string | null, type: string, more: object = {}) => ({
  id,
  parentObservationId: parent,
  type,
  name: id,
  startTime: time(0),
  endTime: time(100),
  ...more,
});

test("Langfuse: usage buckets are disjoint, an agent's sums do not count, and costs are recorded as tool estimates", async () => {
  const records = [
    {
      trace: { id: 'tr', name: 'weather', input: '{"city":"Oslo"}', output: '"3 degrees"' },
      observations: [
        observation('agent', null, 'AGENT', {
          model: 'gpt-5-mini',
          usageDetails: { input: 10, output: 1, total: 11 },
        }),
        observation('chat', 'agent', 'GENERATION', {
          model: 'gpt-5-mini',
          latency: 1707,
          usageDetails: { input: 20, input_cache_read: 60, output: 5, output_reasoning: 7, total: 92 },
          costDetails: { total: 0.002 },
          output: '{"role":"assistant","content":"3 degrees"}',
        }),
        observation('lookup', 'agent', 'TOOL', {
          level: 'ERROR',
          statusMessage: 'no route',
          input: '{"q":1}',
        }),
        observation('other', 'agent', 'GENERATION', { model: 'gpt-5-mini', usageDetails: {} }),
      ],
    },
  ];
  const state = await importState(records);
  expect(outline(state)).toEqual([
    'agent agent',
    '  llm gpt-5-mini 80+12',
    '  tool lookup failed',
    '  llm gpt-5-mini ?',
  ]);
  expect(callsOf(state)[0]!.response).toMatchObject({ text: '3 degrees', toolCostUsd: 0.002 });
  expect(state.spans.get(2)!.finishedAt).toBe(100);
  expect(state.started).toMatchObject({ name: 'weather', params: { city: 'Oslo' } });
});

test('Phoenix: flat and nested attributes result in the same span', async () => {
  const span = (attributes: object, id: string) => ({
    name: 'ask',
    span_kind: 'LLM',
    context: { trace_id: '0xabc', span_id: id },
    parent_id: null,
    start_time: time(0),
    end_time: time(10),
    status_code: 'OK',
    attributes,
  });
  const state = await importState([
    span({ 'llm.model_name': 'm', 'llm.token_count.prompt': 9, 'llm.token_count.completion': 2 }, '0x1'),
    span({ llm: { model_name: 'm', token_count: { prompt: 9, completion: 2 } } }, '0x2'),
  ]);
  expect(outline(state)).toEqual(['llm m 9+2', 'llm m 9+2']);
});

test('LangSmith: a run that is posted and patched is one span with the usage of its outputs', async () => {
  const state = await importState([
    {
      post: [
        {
          id: 'a',
          trace_id: 'a',
          run_type: 'chain',
          name: 'plan',
          dotted_order: '1',
          start_time: time(0),
          inputs: { q: 'why' },
        },
        {
          id: 'b',
          trace_id: 'a',
          parent_run_id: 'a',
          run_type: 'llm',
          name: 'ChatOpenAI',
          start_time: time(1),
          extra: { metadata: { ls_provider: 'openai', ls_model_name: 'gpt-5-mini' } },
        },
      ],
      patch: [
        { id: 'a', end_time: time(9), error: 'ValueError: bad\n  at x' },
        {
          id: 'b',
          end_time: time(8),
          outputs: {
            choices: [{ message: { role: 'assistant', content: 'because' }, finish_reason: 'stop' }],
            usage_metadata: {
              input_tokens: 40,
              output_tokens: 8,
              total_tokens: 48,
              input_token_details: { cache_read: 30 },
            },
          },
        },
      ],
    },
  ]);
  expect(outline(state)).toEqual(['step plan failed', '  llm gpt-5-mini 40+8']);
  expect(callsOf(state)[0]).toMatchObject({
    provider: 'openai',
    finishReason: 'stop',
    usage: { cacheRead: 30 },
  });
  expect(callsOf(state)[0]!.response).toMatchObject({ text: 'because' });
});

const evalLog = (events: readonly object[]) => ({
  version: 2,
  status: 'success',
  eval: { eval_id: 'ev', task: 'sums', created: time(0), task_args: { n: 1 } },
  stats: { started_at: time(0), completed_at: time(90) },
  samples: [
    {
      id: 1,
      epoch: 1,
      input: '1+1',
      target: '2',
      attachments: { h1: 'a long question' },
      events,
    },
  ],
});

test('Inspect: solvers are nodes, and state patches are changes of the store', async () => {
  const state = await importState([
    evalLog([
      {
        event: 'sample_init',
        timestamp: time(1),
        state: { messages: [{ role: 'user', content: 'attachment://h1' }], done: false },
      },
      { event: 'span_begin', id: 's', type: 'solver', name: 'generate', timestamp: time(2) },
      {
        event: 'model',
        span_id: 's',
        model: 'anthropic/claude-haiku-4-5',
        timestamp: time(3),
        completed: time(8),
        input: [{ role: 'user', content: 'attachment://h1' }],
        output: {
          model: 'claude-haiku-4-5',
          choices: [{ message: { role: 'assistant', content: '2' }, stop_reason: 'stop' }],
          usage: {
            input_tokens: 3,
            input_tokens_cache_read: 100,
            input_tokens_cache_write: 0,
            output_tokens: 4,
            total_tokens: 107,
          },
        },
      },
      {
        event: 'state',
        span_id: 's',
        timestamp: time(9),
        changes: [
          { op: 'add', path: '/messages/1', value: { role: 'assistant', content: '2' } },
          { op: 'replace', path: '/done', value: true },
        ],
      },
      { event: 'span_end', id: 's', timestamp: time(10) },
      {
        event: 'tool',
        function: 'sum',
        arguments: { a: 1 },
        result: '2',
        timestamp: time(11),
        completed: time(12),
      },
      { event: 'score', timestamp: time(13), score: { value: 'C' } },
    ]),
  ]);
  expect(outline(state)).toEqual([
    'stage workflow',
    '  step sample_1',
    '    node generate',
    '      llm claude-haiku-4-5 103+4',
    '    tool sum',
  ]);
  expect(callsOf(state)[0]).toMatchObject({ provider: 'anthropic', usage: { cacheRead: 100 } });
  expect(callsOf(state)[0]!.request!.prompt).toEqual([{ role: 'user', content: 'a long question' }]);
  const question = { role: 'user', content: 'a long question' };
  expect(state.changes.map(({ set, span }) => [state.spans.get(span)!.name, set])).toEqual([
    ['sample_1', { '/sample_1/messages': [question], '/sample_1/done': false }],
    [
      'generate',
      { '/sample_1/messages': [question, { role: 'assistant', content: '2' }], '/sample_1/done': true },
    ],
  ]);
});

test('Inspect: an archive results in the same run as the log', async () => {
  const { samples, ...header } = evalLog([{ event: 'info', data: 'hello', timestamp: time(5) }]);
  const whole = await convert([{ ...header, samples }]);
  const entries = await convert([
    { entry: '_journal/start.json', content: header },
    { entry: 'samples/1_epoch_1.json', content: samples[0] },
    { entry: 'header.json', content: header },
  ]);
  expect(entries).toEqual(whole);
});

test('Burr: actions are nodes with the state after each, and counts repeated by a span do not count', async () => {
  const attribute = (span: string, key: string, value: unknown) => ({
    type: 'attribute',
    span_id: span,
    action_sequence_id: 0,
    key,
    value,
  });
  const state = await importState([
    {
      type: 'begin_entry',
      action: 'ask',
      inputs: { q: 'why' },
      sequence_id: 0,
      start_time: '2026-06-01T10:00:00.000100',
    },
    {
      type: 'begin_span',
      span_id: '0:0.0',
      parent_span_id: '0:0',
      span_name: 'query',
      action_sequence_id: 0,
      start_time: '2026-06-01T10:00:00.001',
    },
    {
      type: 'begin_span',
      span_id: '0:0.0.0',
      parent_span_id: '0:0.0',
      span_name: 'chat',
      action_sequence_id: 0,
      start_time: '2026-06-01T10:00:00.002',
    },
    { type: 'end_span', span_id: '0:0.0.0', action_sequence_id: 0, end_time: '2026-06-01T10:00:00.100' },
    attribute('0:0.0.0', 'llm.request.type', 'chat'),
    attribute('0:0.0.0', 'gen_ai.request.model', 'gpt-5-mini'),
    attribute('0:0.0.0', 'gen_ai.usage.prompt_tokens', 50),
    attribute('0:0.0.0', 'gen_ai.usage.completion_tokens', 7),
    attribute('0:0.0', 'prompt_tokens', 50),
    { type: 'end_span', span_id: '0:0.0', action_sequence_id: 0, end_time: '2026-06-01T10:00:00.110' },
    {
      type: 'end_entry',
      action: 'ask',
      sequence_id: 0,
      end_time: '2026-06-01T10:00:00.120',
      result: { a: 'so' },
      state: { a: 'so', n: 1, __SEQUENCE_ID: 0 },
    },
    {
      type: 'begin_entry',
      action: 'draw',
      inputs: {},
      sequence_id: 1,
      start_time: '2026-06-01T10:00:00.130',
    },
    { type: 'attribute', span_id: '1:0', action_sequence_id: 1, key: 'model', value: 'dall-e-2' },
    {
      type: 'end_entry',
      action: 'draw',
      sequence_id: 1,
      end_time: '2026-06-01T10:00:00.140',
      exception: 'Traceback\nValueError: no',
      state: { n: 2 },
    },
  ]);
  expect(outline(state)).toEqual([
    'stage workflow failed',
    '  node ask',
    '    step query',
    '      llm gpt-5-mini 50+7',
    '  node draw failed',
    '    llm dall-e-2 ? failed',
  ]);
  expect(state.changes.map(({ set, deleted }) => [set, deleted])).toEqual([
    [{ '/a': 'so', '/n': 1 }, undefined],
    [{ '/n': 2 }, ['/a']],
  ]);
  expect(state.spans.get(2)!.startedAt).toBe(0.1);
});

const usage = (input: number, output: number, read = 0) => ({
  model: 'anthropic/claude-haiku-4-5',
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: read,
});

test('published pflow 1.2.0: batch calls are the growth of the call list, and the store contains what changed', async () => {
  const first = { ...usage(10, 1), node_id: 'each' };
  const second = { ...usage(20, 2), node_id: 'each' };
  const third = { ...usage(30, 3, 500), node_id: 'ask' };
  const state = await importState([
    {
      format_version: '1.2.0',
      execution_id: '6f0a7c52-31c6-4f43-9f36-0e6c2a0f7b12',
      workflow_name: 'triage',
      start_time: '2026-02-16T10:00:00',
      end_time: '2026-02-16T10:00:05',
      final_status: 'failed',
      nodes: [
        {
          node_id: 'each',
          node_type: 'LLMNode',
          duration_ms: 1000,
          success: true,
          timestamp: '2026-02-16T10:00:01.5',
          shared_before: { repo: 'o/r', __llm_calls__: [] },
          shared_after: {
            repo: 'o/r',
            __llm_calls__: [first, second],
            each: { results: [{ llm_usage: first }], count: 2 },
          },
        },
        {
          node_id: 'ask',
          node_type: 'LLMNode',
          duration_ms: 500,
          success: true,
          timestamp: '2026-02-16T10:00:02.5',
          shared_before: { repo: 'o/r', __llm_calls__: [first, second], each: { count: 2 } },
          shared_after: { repo: 'x', __llm_calls__: [first, second, third], ask: { response: 'yes' } },
          llm_call: usage(30, 3, 500),
          llm_prompt: 'really?',
          llm_response: 'yes',
        },
        {
          node_id: 'save',
          node_type: 'WriteFileNode',
          duration_ms: 5,
          success: false,
          error: 'disk full',
          timestamp: '2026-02-16T10:00:03',
          shared_before: {},
          shared_after: {},
        },
      ],
    },
  ]);
  expect(outline(state)).toEqual([
    'stage workflow failed',
    '  node each',
    '    llm claude-haiku-4-5 10+1',
    '    llm claude-haiku-4-5 20+2',
    '  node ask',
    '    llm claude-haiku-4-5 530+3',
    '  node save failed',
  ]);
  expect([...state.spans.values()].flatMap(({ nodeType }) => nodeType ?? [])).toEqual([
    'llm',
    'llm',
    'write-file',
  ]);
  expect(state.changes.map(({ set, deleted }) => [set, deleted])).toEqual([
    [{ '/repo': 'o/r' }, undefined],
    [{ '/each/results': [{ llm_usage: first }], '/each/count': 2 }, undefined],
    [{ '/repo': 'x', '/ask/response': 'yes' }, ['/each']],
  ]);
  expect([state.started!.run, state.status, state.finished!.error?.message]).toEqual([
    '6f0a7c52-31c6-4f43-9f36-0e6c2a0f7b12',
    'failed',
    'disk full',
  ]);
});

const meta = {
  kind: 'meta',
  pflow_trace: 'jsonl/1',
  format_version: '2.7.0',
  execution_id: '7a9e4afb-2095-447e-8043-0660438104fa',
  workflow_name: 'triage',
  start_time: '2026-06-30T10:00:00',
  inputs: { repo: 'o/r' },
};
const inclusive = (input: number, output: number, read: number) => ({
  ...usage(input, output, read),
  uncached_input_tokens: input - read,
  cost_usd: 0.5,
});
const event = (id: number, parent: number | null, name: string, at: string, more: object) => ({
  kind: 'event',
  id,
  seq: id,
  parent_id: parent,
  node_id: name,
  node_type: 'LLMNode',
  status: 'success',
  duration_ms: 100,
  timestamp: `2026-06-30T10:00:${at}`,
  ...more,
});

test('published pflow 2.x: blobs are restored, items are inside their node, and the last line of an id counts', async () => {
  const state = await importState([
    meta,
    { kind: 'blob', md5: 'b1', value: 'a long prompt' },
    event(2, 1, 'inner', '02.0', {
      llm_call: inclusive(100, 5, 80),
      llm_prompt: { $pflow_blob: 'b1' },
      llm_response: 'ok',
    }),
    event(1, null, 'host', '02.1', { node_type: 'WorkflowExecutor', node_output: { summary: 's' } }),
    event(0, null, 'each', '01.0', {
      node_params: { prompt: 'Say ${item}' },
      batch_items: [
        {
          index: 0,
          item: 'a',
          success: true,
          duration_ms: 50,
          llm_call: inclusive(10, 1, 0),
          template_resolutions: { prompt: 'Say a' },
        },
        { index: 1, item: 'b', success: false, duration_ms: 20, error: 'rate limit' },
      ],
    }),
    event(3, null, 'old', '03.0', { status: 'cached', llm_call: inclusive(1000, 1, 0) }),
    event(3, null, 'old', '03.0', { status: 'failed', error: 'no successor', llm_call: null }),
    {
      kind: 'run.complete',
      end_time: '2026-06-30T10:00:04',
      final_status: 'failed',
      warnings: [{ node_id: 'each', message: '1 of 2 failed' }],
    },
  ]);
  expect(outline(state)).toEqual([
    'stage workflow failed',
    '  node each',
    '    item 0',
    '      llm claude-haiku-4-5 10+1',
    '    item 1 failed',
    '  node host',
    '    node inner',
    '      llm claude-haiku-4-5 100+5',
    '  node old failed',
  ]);
  expect(callsOf(state)[1]!.request!.prompt).toBe('a long prompt');
  expect(state.changes.map(({ set }) => set)).toEqual([{ '/repo': 'o/r' }, { '/host/summary': 's' }]);
  const item = [...state.spans.values()].find(({ kind }) => kind === 'item')!;
  expect([item.label, item.resolved!.params]).toEqual(['a', { prompt: { value: 'Say a' } }]);
});

test('published pflow 2.x: without its last line the run is unfinished, and so is a node without an event', async () => {
  const state = await importState([
    meta,
    event(0, null, 'a', '01.0', {}),
    {
      kind: 'node.start',
      id: 1,
      seq: 1,
      parent_id: null,
      node_id: 'b',
      node_type: 'ShellNode',
      timestamp: '2026-06-30T10:00:02',
    },
  ]);
  expect([state.status, state.finished]).toEqual(['running', undefined]);
  expect(outline(state)).toEqual(['stage workflow running', '  node a', '  node b running']);
});

test('claude-tap and HAR: exchanges are parsed as wire calls, streamed or not', async () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [{ type: 'text', text: 'hello' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 5, cache_read_input_tokens: 90, output_tokens: 2 },
  };
  const body = { model: 'claude-haiku-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] };
  const tap = {
    timestamp: time(0),
    duration_ms: 700,
    upstream_base_url: 'https://api.anthropic.com',
    request: { method: 'POST', path: '/v1/messages', headers: { 'User-Agent': 'cli/1' }, body },
    response: { status: 200, headers: {}, body: message },
  };
  const streamed = {
    ...tap,
    timestamp: time(1000),
    response: {
      status: 200,
      headers: {},
      sse_events: [
        { event: 'message_start', data: { type: 'message_start', message: { ...message, content: [] } } },
        {
          event: 'content_block_delta',
          data: JSON.stringify({
            type: 'content_block_delta',
            index: 0,
            delta: { type: 'text_delta', text: 'hi there' },
          }),
        },
        {
          event: 'message_delta',
          data: { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
        },
        { event: 'message_stop', data: { type: 'message_stop' } },
      ],
    },
  };
  const state = await importState([tap, streamed]);
  expect(outline(state)).toEqual([
    'program cli/1',
    '  llm claude-haiku-4-5 95+2',
    '  llm claude-haiku-4-5 95+9',
  ]);
  expect(callsOf(state)[1]!.response).toMatchObject({ text: 'hi there', ids: { response: 'msg_1' } });
  const entry = {
    startedDateTime: time(0),
    time: 700,
    request: {
      method: 'POST',
      url: 'https://api.anthropic.com/v1/messages',
      headers: [],
      postData: { text: JSON.stringify(body) },
    },
    response: {
      status: 200,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      content: { text: JSON.stringify(message) },
    },
  };
  const har = await importState([
    {
      log: {
        version: '1.2',
        entries: [entry, { ...entry, request: { method: 'GET', url: 'https://example.com/' } }],
      },
    },
  ]);
  expect(callsOf(har).map(({ usage }) => [usage!.input, usage!.output])).toEqual([[95, 2]]);
});
