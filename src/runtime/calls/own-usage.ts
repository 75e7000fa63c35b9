import { normalizeUsage } from '../../usage/normalize.js';
import { resolveUsage } from '../../usage/resolve.js';
import { isKnown, type Usage } from '../../usage/usage.js';
import type { SpanObserver } from '../spans/span-observer.js';

/** The key under which a node that calls a model by its own SDK leaves what the call used. */
export const USAGE_KEY = 'llm_usage';

/**
 * Accounts for what a node left under `llm_usage`: a usage of any provider's shape, a response that holds one, a list of
 * them, or a function or promise that gives one. The latter are waited for beside the run; the promise tells when they are in.
 */
export function accountOwnUsage(left: unknown, observer: SpanObserver): Promise<void> | undefined {
  const parts = Array.isArray(left) ? (left as unknown[]) : [left];
  const pending = parts.flatMap((part) => account(part, observer) ?? []);
  return pending.length ? Promise.all(pending).then(() => {}) : undefined;
}

function account(left: unknown, observer: SpanObserver): Promise<void> | undefined {
  const hint = hintOf(left);
  const usage = normalizeUsage(left, hint);
  if (isKnown(usage)) {
    report(left, usage, observer);
    return undefined;
  }
  if (left === null || left === undefined) return undefined;
  return resolveUsage(left, hint).then((resolved) =>
    resolved ? report(left, resolved, observer) : undefined,
  );
}

function report(left: unknown, usage: Usage, observer: SpanObserver): void {
  const { provider = 'unknown', model = 'unknown' } = hintOf(left);
  const call = observer.startCall({ provider, model });
  call.responded({ text: '', model, usage, usageOrigin: 'reported', rawUsage: left });
}

function hintOf(left: unknown): { provider?: string; model?: string } {
  const text = (name: string): string | undefined => {
    try {
      const value = (left as Record<string, unknown> | null | undefined)?.[name];
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const provider = text('provider');
  const model = text('model') ?? text('model_name') ?? text('modelId') ?? text('modelVersion');
  return { ...(provider ? { provider } : {}), ...(model ? { model } : {}) };
}
