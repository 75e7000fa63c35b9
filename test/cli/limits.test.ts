import { expect, test } from 'vitest';
import { eventsOf, workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

/** A loopback model server whose every response is the same and reports 100 tokens. */
async function model() {
  const usage = { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 };
  const { url, received } = await serve(stream(chatChunks('Well said.', { usage })));
  const env = { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` };
  return { env, received };
}

/** A chain of that many llm nodes. */
function asking(times: number) {
  const ids = Array.from({ length: times }, (_, i) => `ask${i + 1}`);
  return {
    nodes: ids.map((id) => ({ id, type: 'llm', params: { prompt: `This is ${id}.` } })),
    edges: ids.slice(1).map((to, i) => ({ from: ids[i]!, to })),
    outputs: { first: { source: '${ask1.response}' }, last: { source: `\${ask${times}.response}` } },
  };
}

test('--max-tokens stops further calls, keeps the results so far and exits with 3', async () => {
  const { pflow, write, trace } = workspace();
  const { env, received } = await model();
  write('wf.json', asking(8));
  const { code, stdout, stderr } = await pflow(['wf.json', '--max-tokens', '500'], { env });
  expect([code, stdout]).toEqual([3, '']);
  expect(received).toHaveLength(5);
  expect(stderr).toContain('pflow: The run reached its tokens limit: 500 of 500.\n');
  expect(stderr).toContain('Raise --max-tokens to continue.');
  const events = trace();
  expect(eventsOf(events, 'run.started')[0]!.flags.limits).toEqual({ maxTokens: 500 });
  expect(eventsOf(events, 'control.changed').map(({ change, reason }) => [change, reason])).toEqual([
    ['budget-warned', 'tokens: 400 of 500'],
    ['budget-exceeded', 'tokens: 500 of 500'],
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'run.finished',
    status: 'budget',
    outputs: { first: 'Well said.' },
    error: { code: 'budget_exceeded' },
  });
  const check = await pflow(['trace', 'verify']);
  expect([check.code, check.stdout]).toEqual([0, expect.stringContaining(', valid')]);
});

test('a run over its budget prints JSON with its error and its cost', async () => {
  const { pflow, write } = workspace();
  const { env } = await model();
  write('wf.json', asking(3));
  const { code, stdout } = await pflow(['wf.json', '--max-tokens', '200', '--output-format', 'json'], {
    env,
  });
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    is_error: true,
    error: { message: 'The run reached its tokens limit: 200 of 200.' },
    metrics: { total: { tokens_total: 200 } },
  });
});

test('--max-cost uses the prices of the price table', async () => {
  const { pflow, write, trace } = workspace();
  const { url, received } = await serve(
    stream(
      chatChunks('Well said.', {
        usage: { prompt_tokens: 600_000, completion_tokens: 0, total_tokens: 600_000 },
      }),
    ),
  );
  const env = { PFLOW_MODEL: 'openai/gpt-4.1', OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${url}/v1` };
  write('wf.json', asking(6));
  // 600,000 tokens at $2 a million are $1.20 a call.
  const { code, stderr } = await pflow(['wf.json', '--max-cost', '2.90'], { env });
  expect(code).toBe(3);
  expect(received).toHaveLength(3);
  expect(stderr).toContain('The run reached its cost limit: $3.60 of $2.90.');
  expect(eventsOf(trace(), 'control.changed')).toMatchObject([
    { change: 'budget-warned', reason: 'cost: $2.40 of $2.90' },
    { change: 'budget-exceeded' },
  ]);
});

test('--max-duration prevents further nodes from starting', async () => {
  const { pflow, write, trace } = workspace();
  write('wf.json', {
    nodes: ['a', 'b'].map((id) => ({ id, type: 'shell', params: { command: 'sleep 0.4' } })),
    edges: [{ from: 'a', to: 'b' }],
  });
  const { code, stderr } = await pflow(['wf.json', '--max-duration', '0.3']);
  expect(code).toBe(3);
  expect(stderr).toContain('The run reached its time limit: ');
  expect(eventsOf(trace(), 'span.started').filter(({ kind }) => kind === 'node')).toMatchObject([
    { name: 'a' },
  ]);
});

test('an invalid limit is a usage error', async () => {
  const { pflow, write } = workspace();
  write('wf.json', asking(1));
  for (const args of [
    ['--max-cost', 'much'],
    ['--max-tokens', '-1'],
    ['--max-duration', '0'],
  ])
    expect(await pflow(['wf.json', ...args])).toMatchObject({ code: 2, stdout: '' });
});

/** A batch of calls, as the last node, that continues when items fail. */
function batchOfCalls(items: number, parallel: boolean) {
  const batch = { items: Array.from({ length: items }, (_, i) => i), parallel, max_concurrent: 4 };
  return {
    nodes: [
      {
        id: 'ask',
        type: 'llm',
        params: { prompt: 'This is ${item}.' },
        batch: { ...batch, error_handling: 'continue', max_retries: 3 },
      },
    ],
    outputs: { all: { source: '${ask.results}' } },
  };
}

test('a limit ends a batch with error_handling "continue", and the results so far are kept', async () => {
  const { pflow, write, trace } = workspace();
  const { env, received } = await model();
  write('wf.json', batchOfCalls(20, false));
  const { code, stderr } = await pflow(['wf.json', '--max-tokens', '300'], { env });
  expect([code, received.length]).toEqual([3, 3]);
  expect(stderr).toContain('pflow: The run reached its tokens limit: 300 of 300.');
  const end = trace().at(-1);
  expect(end).toMatchObject({ type: 'run.finished', status: 'budget' });
  expect(JSON.stringify(end).match(/"response":"Well said."/g)).toHaveLength(3);
});

test('calls in progress when a limit is reached are finished, and no further call is started', async () => {
  const { pflow, write, traces } = workspace();
  const { env, received } = await model();
  write('wf.json', batchOfCalls(50, true));
  const { code } = await pflow(['wf.json', '--max-tokens', '300'], { env });
  expect(code).toBe(3);
  // Concurrency is four: three more may have started before the third call reported its usage.
  expect(received.length).toBeGreaterThanOrEqual(3);
  expect(received.length).toBeLessThanOrEqual(6);
  const { stdout } = await pflow(['trace', 'verify', traces()[0]!]);
  expect(stdout).toContain(', valid');
});

test('a limit also applies inside a nested workflow, and an "error" edge does not bypass it', async () => {
  const { pflow, write } = workspace();
  const { env, received } = await model();
  write('inner.json', asking(4));
  write('wf.json', {
    nodes: [
      { id: 'inner', type: 'workflow', params: { workflow_ref: './inner.json' } },
      { id: 'rescue', type: 'echo', params: { message: 'saved' } },
    ],
    edges: [{ from: 'inner', to: 'rescue', action: 'error' }],
  });
  const { code, stdout } = await pflow(['wf.json', '--max-tokens', '200'], { env });
  expect([code, stdout, received.length]).toEqual([3, '', 2]);
});

test('a limit reached during planning ends the run with its cost', async () => {
  const { pflow, trace } = workspace();
  const { env, received } = await model();
  const { code, stderr } = await pflow(['translate notes.md', '--max-tokens', '100'], { env });
  expect([code, received.length]).toEqual([3, 1]);
  expect(stderr).toContain('pflow: The run reached its tokens limit: 100 of 100.');
  expect(trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'budget' });
});
