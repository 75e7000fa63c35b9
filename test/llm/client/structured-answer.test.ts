import { expect, test } from 'vitest';
import { z } from 'zod';
import { readStructuredAnswer } from '../../../src/llm/client/structured-answer.js';

const schema = z.object({ city: z.string() });
const rome = { object: { city: 'Rome' } };

test('JSON is extracted from plain text, from a code fence and from between sentences', () => {
  expect(readStructuredAnswer('{"city":"Rome"}', schema)).toEqual(rome);
  expect(readStructuredAnswer('```json\n{"city":"Rome"}\n```', schema)).toEqual(rome);
  expect(readStructuredAnswer('Sure! Here it is: {"city":"Rome"} Anything else?', schema)).toEqual(rome);
  expect(readStructuredAnswer('Here:\n```\n{"city":"Rome"}\n```\nDone {really}.', schema)).toEqual(rome);
});

test('an invalid structured response is rejected with the reason', () => {
  expect(readStructuredAnswer(' ', schema)).toEqual({ problem: 'It is empty.' });
  expect(readStructuredAnswer('{"city": "Ro', schema)).toEqual({ problem: 'It is not valid JSON.' });
  expect(readStructuredAnswer('{"town":"Rome"}', schema)).toMatchInlineSnapshot(`
    {
      "problem": "✖ Invalid input: expected string, received undefined
      → at city",
    }
  `);
});

test('null is replaced by an absent or empty value where the schema allows one, and only there', () => {
  const plan = z.object({
    name: z.string(),
    note: z.string().optional(),
    steps: z.array(
      z.object({ id: z.string(), uses: z.array(z.string()), options: z.record(z.string(), z.string()) }),
    ),
    parent: z.string().nullable(),
  });
  const answer = { name: 'x', note: null, steps: [{ id: 'a', uses: null, options: null }] };
  expect(readStructuredAnswer(JSON.stringify(answer), plan)).toEqual({
    object: { name: 'x', steps: [{ id: 'a', uses: [], options: {} }], parent: null },
  });
  expect(readStructuredAnswer('{"city":null}', schema)).toHaveProperty('problem');
  expect(readStructuredAnswer('{"count":null}', z.object({ count: z.number() }))).toHaveProperty('problem');
  expect(readStructuredAnswer('null', schema)).toHaveProperty('problem');
});
