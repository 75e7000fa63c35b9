/** The json-query node. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { convert } from '../../workflow/format/convert-value.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';

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
  exec: async ({ params: { data, query, values, timeout } }) => {
    // Loaded lazily: only workflows with queries need the parser.
    const { default: jsonata } = await import('jsonata');
    try {
      const expression = jsonata(query, { timeout: timeout * 1000, stack: DEEPEST });
      const result: unknown = await expression.evaluate(asJson(data), values);
      return { result: plain(result) };
    } catch (cause) {
      throw new PflowError('node_failed', `The query failed${placeOf(cause)}: ${reasonOf(cause)}`, { cause });
    }
  },
});

/** Maximum nesting depth of expressions. */
const DEEPEST = 1000;

function asJson(data: unknown): unknown {
  const object = convert(data, 'object');
  return object === data ? convert(data, 'list') : object;
}

/** The result as plain JSON: the library adds properties to lists and may return functions. */
function plain(result: unknown): unknown {
  const text = JSON.stringify(result, (_key, value: unknown) => (isFunction(value) ? undefined : value)) as
    string | undefined;
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

function isFunction(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value)
  );
}

/** The library throws plain objects with code, position and message. */
type QueryFault = Readonly<{ position?: number; message?: string }> | null | undefined;

function placeOf(cause: unknown): string {
  const position = (cause as QueryFault)?.position;
  return position === undefined ? '' : ` at character ${position}`;
}

function reasonOf(cause: unknown): string {
  const message = (cause as QueryFault)?.message ?? String(cause);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
