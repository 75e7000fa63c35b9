/** The usage that a node reports is matched with the observed calls. */
import { expect, test, vi } from 'vitest';
import { run } from '../../../src/index.js';
import type { TraceEvent } from '../../../src/index.js';
import { json, serve } from '../../support/llm-server.js';

test('an estimated usage that a node passes on stays estimated', async () => {
  const events: TraceEvent[] = [];
  const prompt = 'Summarize the following text in 1 sentence:\n\nWhales sing. Cats sleep.';
  const { metrics } = await run(
    { nodes: [{ id: 'ask', type: 'llm', params: { prompt } }] },
    { model: 'offline', onEvent: (event) => void events.push(event) },
  );
  expect(metrics.metrics.total.tokens_estimated).toBe(true);
  const responses = events.filter(({ type }) => type === 'llm.response');
  expect(responses).toMatchObject([{ usageOrigin: 'estimated' }]);
});

test('a call of the llm node that wrote and read a cache is counted once', async () => {
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 3000,
    output_tokens: 20,
  };
  const answer = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    stop_reason: 'end_turn',
    stop_sequence: null,
  };
  const server = await serve(json(200, { ...answer, content: [{ type: 'text', text: 'Hello' }], usage }));
  vi.stubEnv('ANTHROPIC_BASE_URL', server.url);
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-test');
  const { metrics } = await run(
    { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'Hi' } }] },
    { model: 'anthropic/claude-sonnet-4-5' },
  ).finally(() => vi.unstubAllEnvs());
  expect(server.received).toHaveLength(1);
  expect(metrics.metrics.total.tokens_total).toBe(3230);
  expect(metrics.metrics.total.cost_usd).toBeCloseTo((10 * 3 + 200 * 3.75 + 3000 * 0.3 + 20 * 15) / 1e6, 10);
});
