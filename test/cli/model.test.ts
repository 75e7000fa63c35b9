import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, workspace } from '../support/cli.js';

const mock = new LLMock({ port: 0, chunkSize: 10 });

// Written from the documentation of each wire format, not recorded. Each format uses the fields it knows.
// prettier-ignore
const usage = {
  prompt_tokens: 100, completion_tokens: 20, total_tokens: 120,
  input_tokens: 100, output_tokens: 20,
  promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120,
};

const question = 'Tell me: the capital of France?';

function workflow(template: string) {
  const params = [{ name: 'prompt', value: question }];
  return {
    reading: ['the capital of France → llm'],
    inputs: [],
    nodes: [{ id: 'ask', type: 'llm', purpose: 'Answer the question', params, batch: null }],
    edges: [],
    outputs: [{ name: 'answer', description: 'The answer', source: template }],
  };
}

/** The planner's prompts, each identified by a phrase; more specific phrases come first. */
const planner: readonly (readonly [RegExp, object])[] = [
  [/These workflows are saved/, { found: false, workflow_name: null, reasoning: 'None does this.' }],
  [/Which node types does a workflow/, { node_types: ['llm'], reasoning: 'A question to a model.' }],
  [/Find the literal values/, { parameters: [] }],
  [/Your previous workflow was not valid/, workflow('${ask.response}')],
  [/Write the workflow/, workflow('${ask.answer}')],
  [/Name and describe it/, { name: 'answer-question', description: 'Answers a question.' }],
];

beforeAll(async () => {
  for (const [phrase, answer] of planner) mock.onMessage(phrase, { content: JSON.stringify(answer), usage });
  mock.onMessage(question, { content: 'Paris.', usage });
  await mock.start();
});
afterAll(() => mock.stop());

const providers = {
  anthropic: () => ({
    PFLOW_MODEL: 'anthropic/claude-sonnet-4-5',
    ANTHROPIC_API_KEY: 'test',
    ANTHROPIC_BASE_URL: mock.url,
  }),
  openai: () => ({
    PFLOW_MODEL: 'openai/gpt-5-mini',
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: `${mock.url}/v1`,
  }),
  google: () => ({
    PFLOW_MODEL: 'google/gemini-2.5-flash',
    GEMINI_API_KEY: 'test',
    GEMINI_BASE_URL: mock.url,
  }),
};

for (const [provider, environment] of Object.entries(providers)) {
  test(`a request is planned and run with ${provider}, with its repair, its tokens and its cost`, async () => {
    const { pflow, trace } = workspace();
    const { code, stdout } = await pflow(['what is the capital of France', '--output-format', 'json'], {
      env: environment(),
    });
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    expect(summary).toMatchObject({
      result: 'Paris.',
      is_error: false,
      metrics: {
        // Discovery, browsing, parameters, two workflows and the name.
        planner: { tokens_input: 600, tokens_output: 120, tokens_total: 720 },
        total: { tokens_total: 840 },
      },
    });
    expect(summary['total_cost_usd']).toBeGreaterThan(0);
    const events = trace();
    expect(eventsOf(events, 'workflow.planned')).toMatchObject([
      { origin: 'planned', name: 'answer-question' },
    ]);
    expect(eventsOf(events, 'llm.response').map(({ usageOrigin }) => usageOrigin)).toEqual(
      Array(7).fill('reported'),
    );
  });
}

test('a request that the rules read is planned at no cost with a model, unless the model is to plan', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'Paris is a city. Rome is another.');
  mock.onMessage(/Summarize the following text in 2 sentences/, { content: 'Two cities.', usage });
  const request = 'summarize notes.md in 2 sentences';
  const planned = await pflow(['plan', request], { env: providers.openai() });
  expect(planned.stderr).toContain('planned by rules, without a call');
  expect(JSON.parse(planned.stdout)).toMatchObject({ name: 'summarize-file' });
  const run = await pflow([request, '--output-format', 'json'], { env: providers.openai() });
  expect(JSON.parse(run.stdout)).toMatchObject({
    result: 'Two cities.',
    total_cost_usd: 0.000065,
    metrics: {
      planner: { cost_usd: 0, tokens_total: 0 },
      total: { tokens_total: 120 },
    },
  });
  const asked = await pflow(['plan', request, '--planner', 'model'], { env: providers.openai() });
  expect(JSON.parse(asked.stdout)).toMatchObject({ name: 'answer-question' });
});

test('--planner rules refuses what needs a model without blaming a missing one', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'Rome and Paris.');
  const refused = await pflow(['plan', 'explain notes.md', '--planner', 'rules'], {
    env: providers.openai(),
  });
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('needs a language model, and `--planner rules` plans without one.');
  expect(refused.stderr).toContain('Leave out `--planner rules`: a model is connected.');
});

test("a rejected key ends the run with the provider's message, and the trace does not contain the key", async () => {
  const { pflow, trace } = workspace();
  const key = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz';
  mock.nextRequestError(401, { message: 'invalid x-api-key', type: 'authentication_error' });
  const { code, stderr } = await pflow(['what is the capital of France'], {
    env: { ...providers.anthropic(), ANTHROPIC_API_KEY: key },
  });
  expect(code).toBe(4);
  expect(stderr).toContain('pflow: ');
  expect(stderr + JSON.stringify(trace())).not.toContain(key);
});

test('a workflow can read the cost of a call, which equals the cost in the summary', async () => {
  const { pflow, write } = workspace();
  write('cost.json', {
    ir_version: '0.1.0',
    nodes: [
      { id: 'ask', type: 'llm', params: { prompt: question } },
      { id: 'note', type: 'echo', params: { message: 'USD ${ask.llm_usage.cost_usd}' } },
    ],
    edges: [{ from: 'ask', to: 'note' }],
    outputs: { usd: { source: '${ask.llm_usage.cost_usd}' } },
  });
  const { code, stdout } = await pflow(['cost.json', '--output-format', 'json'], { env: providers.openai() });
  expect(code).toBe(0);
  // gpt-5-mini: 100 × $0.25 and 20 × $2 per million tokens.
  expect(JSON.parse(stdout)).toMatchObject({
    result: 0.000065,
    total_cost_usd: 0.000065,
    metrics: {
      workflow: {
        node_usage: { ask: { calls: 1, cost_usd: 0.000065, tokens_input: 100, tokens_output: 20 } },
      },
    },
  });
});
