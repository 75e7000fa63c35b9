import { expect, test } from 'vitest';
import { traceEventSchema } from '../../src/trace/event/event.js';
import { countNames, type Usage } from '../../src/usage/record/usage.js';

const bare: Usage = { source: 'test', convention: 'inclusive', warnings: [] };

function parseWith(usage: object) {
  return traceEventSchema.safeParse({
    seq: 1,
    at: 0,
    type: 'llm.response',
    span: 1,
    model: 'm',
    usage,
    usageOrigin: 'reported',
  });
}

test('an event keeps every count, several models, unconsumed counts and the incomplete mark', () => {
  const usage = {
    ...Object.fromEntries(countNames.map((name, i) => [name, i])),
    serviceTier: 'flex',
    searchContext: 'low',
    reportedCostUsd: 0.1,
    reportedCostSource: 'gateway',
    parts: [{ model: 'other', provider: 'anthropic', usage: { ...bare, input: 3 } }],
    unconsumed: { 'usage.new_tokens': 4 },
    incomplete: true,
    ...bare,
  };
  expect(parseWith(usage).data).toMatchObject({ usage });
});

test.each(countNames)('an event with a negative %s, also in a part, is invalid', (name) => {
  expect(parseWith({ ...bare, [name]: 1 }).success).toBe(true);
  expect(parseWith({ ...bare, [name]: -1 }).success).toBe(false);
  expect(parseWith({ ...bare, parts: [{ model: 'm', usage: { ...bare, [name]: -1 } }] }).success).toBe(false);
});

test('an event with an unconsumed value that is not a count is invalid', () => {
  expect(parseWith({ ...bare, unconsumed: { a: 'many' } }).success).toBe(false);
});
