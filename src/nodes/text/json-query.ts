/** The json-query node. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { convert } from '../../workflow/format/convert-value.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import type { JsonQuery, QueryOutcome } from '../isolated/query-json.js';
import { runIsolated } from '../isolated/run-isolated.js';

/** Queries and transforms JSON. */
export const jsonQuery = defineNode({
  type: 'json-query',
  description:
    'Selects, filters, aggregates and transforms JSON data with a JSONata expression such as orders[price > 10].name.',
  params: z.object({
    data: z.unknown().describe('Input data: any value, or JSON text'),
    query: z.string().min(1).describe('JSONata expression; $ is the input data'),
    values: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Variables for the expression, available as $name'),
    timeout: z.number().positive().max(600).default(10).describe('Timeout in seconds'),
  }),
  outputs: z.object({
    result: z.unknown().describe('Result of the expression; null if it matches nothing'),
    error: errorOutput,
  }),
  actions: ['error'],
  exec: async ({ params: { data, query, values, timeout }, signal }) => {
    const timeoutMs = timeout * 1000;
    const input: JsonQuery = { data: asJson(data), query, values, timeoutMs };
    const options = { what: 'The query', timeoutMs: timeoutMs + GRACE_MS, signal };
    const outcome = await runIsolated<QueryOutcome>('query-json', input, options);
    if ('json' in outcome)
      return { result: outcome.json === undefined ? null : (JSON.parse(outcome.json) as unknown) };
    const place = outcome.position === undefined ? '' : ` at character ${outcome.position}`;
    const reason = /[.!?]$/.test(outcome.reason) ? outcome.reason : `${outcome.reason}.`;
    throw new PflowError('node_failed', `The query failed${place}: ${reason}`);
  },
});

/** The library ends most expressions at the timeout itself, and states where; the rest is ended from outside. */
const GRACE_MS = 250;

function asJson(data: unknown): unknown {
  const object = convert(data, 'object');
  return object === data ? convert(data, 'list') : object;
}
