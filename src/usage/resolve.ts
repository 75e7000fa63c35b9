/** Resolves usage from values, functions, promises and response objects. */

import { getField, asFields } from './fields/fields.js';
import { normalizeUsage } from './normalize.js';
import type { UsageHint } from './adapters/adapter.js';
import { isKnown, type Usage } from './record/usage.js';

/**
 * Resolves the usage of a source that may have to be called or awaited: a promise, a function, or an object whose `usage` (or another
 * name that means usage) is a getter, a method, an async method or a promise. Nothing under any other name is called, and
 * no stream is read. null when there is no usage to be had, or not within the time limit.
 */
export async function resolveUsage(
  source: unknown,
  hint: UsageHint = {},
  options: { timeLimitMs?: number } = {},
): Promise<Usage | null> {
  const timeLimitMs = options.timeLimitMs ?? 2000;
  const answer = await withTimeout(timeLimitMs, unwrap(source));
  const usage = normalizeUsage(answer, hint);
  return isKnown(usage) ? usage : null;
}

const usageNames = [
  'totalUsage',
  'usage',
  'usageMetadata',
  'usage_metadata',
  'llm_usage',
  'tokenUsage',
  'token_usage',
  'getUsage',
  'get_usage',
];

// The result of a call or promise is resolved once more: a method may return the result object of another SDK.
async function unwrap(source: unknown, depth = 2): Promise<unknown> {
  const value = typeof source === 'function' ? await call(source, undefined) : await source;
  if (depth === 0 || asFields(value) === undefined) return value;
  for (const name of usageNames) {
    const held = getField(value, name);
    if (typeof held === 'function') return unwrap(await call(held, value), depth - 1);
    if (isThenable(held)) return unwrap(held, depth - 1);
  }
  return value;
}

async function call(method: unknown, self: unknown): Promise<unknown> {
  return typeof method === 'function' ? await Reflect.apply(method, self, []) : undefined;
}

function isThenable(value: unknown): boolean {
  return typeof getField(value, 'then') === 'function';
}

async function withTimeout(timeLimitMs: number, answer: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeLimitMs);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), limit]);
  } finally {
    clearTimeout(timer);
  }
}
