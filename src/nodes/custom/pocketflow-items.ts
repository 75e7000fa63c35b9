/** Traces the items of a `pocketflow` batch node, which iterates and retries by itself. */

import { layerStore } from '../../runtime/store/store.js';
import { TracingWrapper } from '../../runtime/wrappers/tracing-wrapper.js';
import type { BatchCounts } from '../../runtime/contract/observer.js';
import { DEFAULT_ACTION, type RunContext, type Shared } from '../../runtime/contract/runnable.js';

type Item = { readonly value: unknown; attempts: number; state: 'waiting' | 'running' | 'failed' | 'ok' };

/** What the package calls for each attempt of an item. */
type ItemCode = {
  exec(item: unknown): unknown;
  execFallback?(item: unknown, error: Error): unknown;
  readonly maxRetries?: number;
};

type Batch = Readonly<{ id: string; shared: Shared; context: RunContext }>;

/**
 * Replaces `exec` of the instance, which the package calls for each attempt of each item, by one with a span around it. Which
 * item a call belongs to follows from its argument: that of a failed item is its retry. The counts are kept up to date.
 */
export function observeItems(
  instance: ItemCode,
  prepared: unknown,
  { id, shared, context }: Batch,
): BatchCounts {
  const values: readonly unknown[] = Array.isArray(prepared) ? prepared : [];
  const items = values.map((value): Item => ({ value, attempts: 0, state: 'waiting' }));
  const { maxRetries = 1 } = instance;
  const exec = instance.exec.bind(instance);
  const fallback = instance.execFallback?.bind(instance);
  const find = (value: unknown, state: Item['state']) =>
    items.find((item) => item.state === state && Object.is(item.value, value));

  async function execItem(value: unknown): Promise<unknown> {
    const item = find(value, 'failed') ?? find(value, 'waiting');
    if (!item) return exec(value);
    item.state = 'running';
    const attempt = ++item.attempts;
    const index = items.indexOf(item);
    let result: unknown;
    const inner = {
      id,
      async run() {
        result = await exec(value);
        return DEFAULT_ACTION;
      },
    };
    const as = { nodeType: id, kind: 'item', index, of: items.length, value, attempt } as const;
    try {
      await new TracingWrapper(inner, { ...as, mayRetry: attempt < maxRetries }).run(
        layerStore(shared),
        context,
      );
      item.state = 'ok';
    } catch (error) {
      item.state = 'failed';
      throw error;
    }
    return result;
  }

  // Not enumerable: the package copies a node by its enumerable fields.
  Object.defineProperty(instance, 'exec', { value: execItem, configurable: true, writable: true });
  if (fallback) {
    const value = async (given: unknown, error: Error) => {
      const result = await fallback(given, error);
      const recovered = find(given, 'failed');
      if (recovered) recovered.state = 'ok';
      return result;
    };
    Object.defineProperty(instance, 'execFallback', { value, configurable: true, writable: true });
  }
  const count = (state: Item['state']) => items.filter((item) => item.state === state).length;
  return {
    get ok() {
      return count('ok');
    },
    get failed() {
      return count('failed');
    },
    of: items.length,
  };
}
