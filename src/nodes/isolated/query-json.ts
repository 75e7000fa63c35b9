/** Evaluates JSONata expressions; runs in a worker, because a regular expression in one may take exponential time. */

import jsonata from 'jsonata';

export type JsonQuery = Readonly<{
  data: unknown;
  query: string;
  values: Readonly<Record<string, unknown>>;
  timeoutMs: number;
}>;

/** The result as JSON text, undefined if the expression matched nothing; or the error. */
export type QueryOutcome = Readonly<
  { json: string | undefined } | { reason: string; position: number | undefined }
>;

/** Maximum nesting depth of expressions. */
const DEEPEST = 1000;

/** Evaluates an expression. */
export async function run({ data, query, values, timeoutMs }: JsonQuery): Promise<QueryOutcome> {
  try {
    const expression = jsonata(query, { timeout: timeoutMs, stack: DEEPEST });
    return { json: toJson(await expression.evaluate(data, values)) };
  } catch (cause) {
    const { message, position } = (cause ?? {}) as QueryFault;
    return { reason: message ?? String(cause), position };
  }
}

/** The library throws plain objects with code, position and message. */
type QueryFault = Readonly<{ position?: number; message?: string }>;

/** The library adds properties to lists and may return functions, which are dropped. */
function toJson(result: unknown): string | undefined {
  return JSON.stringify(result, (_key, value: unknown) => (isFunction(value) ? undefined : value)) as
    string | undefined;
}

function isFunction(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value)
  );
}
