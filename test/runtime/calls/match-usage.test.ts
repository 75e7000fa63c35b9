/** The usage that a node reports is matched with the observed calls. */
import { expect, test } from 'vitest';
import { run } from '../../../src/index.js';
import type { TraceEvent } from '../../../src/index.js';

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
