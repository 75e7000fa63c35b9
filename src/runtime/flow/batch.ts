/** Runs one node over a list of items. */
import { setMaxListeners } from 'node:events';
import { isBlank } from '../../lib/data/blank.js';
import { findMainOutput } from '../../lib/data/main-output.js';
import { endsRun, messageOf, PflowError } from '../../lib/error.js';
import { formatCount } from '../../lib/text/format.js';
import type { Captured } from '../../trace/event/captured.js';
import { describeItem } from '../../trace/record/item-label.js';
import { INDEX_NAME, MOST_ITEMS } from '../../workflow/format/ir-constants.js';
import { getAbortReason, untilAborted, wait } from '../control/abort.js';
import {
  DEFAULT_ACTION,
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';
import { waitBefore } from './retry.js';
import { layerStore, ensureNamespace, rawStore } from '../store/store.js';

export type BatchConfig = Readonly<{
  /** Reads the items from the store when the batch starts. */
  items(shared: Shared): unknown;
  /** Key of the item in the store of its run. */
  as: string;
  /** Maximum number of items that run concurrently; 1 is sequential. */
  maxConcurrent: number;
  /** Maximum number of attempts per item. */
  maxAttempts: number;
  retryWaitMs: number;
  /** Factor by which each wait is longer than the one before. Default 1. */
  backoff?: number;
  /** Whether the first failed item stops the batch. */
  failFast: boolean;
  /** The runnable for one attempt of one item. */
  item(place: { index: number; of: number; value: unknown; attempt: number; mayRetry: boolean }): Runnable;
  /** Whether other nodes or outputs use what the items give: then it counts if it is empty. */
  isUsed?: boolean;
  /** Whether outputs go to the node's namespace; otherwise they go to the root of the store. */
  namespaced?: boolean;
}>;

/**
 * Runs one node over a list. Each item has a store of its own, layered over the run's, so that items neither see nor
 * overwrite each other's writes; their outputs are collected in input order. An item fails if it throws or returns the
 * action "error".
 */
export class Batch implements Runnable {
  readonly id: string;
  readonly #config: BatchConfig;

  constructor(id: string, config: BatchConfig) {
    this.id = id;
    this.#config = config;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const config = this.#config;
    const items = config.items(shared);
    if (!Array.isArray(items)) {
      throw new PflowError(
        'node_failed',
        `The batch of node '${this.id}' needs a list of items, but got ${kindOf(items)}.`,
      );
    }
    if (items.length > MOST_ITEMS) {
      throw new PflowError(
        'node_failed',
        `The batch of node '${this.id}' has ${formatCount(items.length)} items (limit ${formatCount(MOST_ITEMS)}).`,
        { hint: 'Group items into chunks.' },
      );
    }
    const { outcomes, stoppedBy } = await this.#runAll(items, shared, context);
    this.#collect(items, outcomes, this.#home(shared));
    const finished = outcomes.filter(Boolean);
    const failed = finished.filter(({ failure }) => failure).length;
    const empty = config.isUsed ? finished.filter(isEmpty).length : 0;
    const counts = { ok: finished.length - failed, failed, of: items.length };
    context.observer.batch(empty > 0 ? { ...counts, empty } : counts);
    if (stoppedBy) throw stoppedBy.error;
    if (failed > 0 && failed === items.length) throw allFailed(outcomes);
    return DEFAULT_ACTION;
  }

  /**
   * `stoppedBy` is the failure that stopped the batch; items that were aborted because of it have errors of their own.
   */
  async #runAll(
    items: readonly unknown[],
    shared: Shared,
    context: RunContext,
  ): Promise<{ outcomes: Outcome[]; stoppedBy: { error: unknown } | undefined }> {
    const outcomes: Outcome[] = [];
    let stoppedBy: { error: unknown } | undefined;
    const siblings = new AbortController();
    // Every running item adds a listener; Node warns of a leak at more than ten.
    setMaxListeners(0, siblings.signal);
    const stop = () => siblings.abort(getAbortReason(context.signal));
    context.signal.addEventListener('abort', stop, { once: true });
    const gate = context.control?.itemGate(context.observer.span);
    let next = 0;
    const worker = async () => {
      while (next < items.length && !stoppedBy && !siblings.signal.aborted) {
        const index = next++;
        await gate?.(siblings.signal).catch((error: unknown) => (stoppedBy ??= { error }));
        if (stoppedBy) return;
        const outcome = await this.#runItem(items, index, shared, { ...context, signal: siblings.signal });
        outcomes[index] = outcome;
        if (!outcome.failure || stoppedBy || siblings.signal.aborted) continue;
        const ended = endsRun(outcome.failure.error);
        if (!ended && !this.#config.failFast) continue;
        stoppedBy = ended ? outcome.failure : { error: this.#nameItem(outcome.failure.error, index, items) };
        // After a limit is reached, running items may finish: their calls are already paid for.
        if (!ended)
          siblings.abort(new PflowError('cancelled', `Item ${index + 1} of node '${this.id}' failed.`));
      }
    };
    try {
      const workers = Math.min(this.#config.maxConcurrent, items.length);
      await untilAborted(Promise.all(Array.from({ length: workers }, worker)), context.signal);
    } finally {
      context.signal.removeEventListener('abort', stop);
    }
    return { outcomes, stoppedBy };
  }

  async #runItem(
    items: readonly unknown[],
    index: number,
    shared: Shared,
    context: RunContext,
  ): Promise<Outcome> {
    const { as, maxAttempts, retryWaitMs, backoff = 1, item } = this.#config;
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      const layer = layerStore(shared, { [as]: items[index], [INDEX_NAME]: index });
      const failure: Outcome['failure'] | undefined = await item({
        index,
        of: items.length,
        value: items[index],
        attempt,
        mayRetry: attempt < maxAttempts,
      })
        .run(layer, context)
        .then(
          (action) => (action === ERROR_ACTION ? { error: this.#reportedError(layer) } : undefined),
          (error: unknown) => ({ error, thrown: true }),
        );
      const outputs = this.#outputsOf(layer);
      const ms = performance.now() - startedAt;
      if (!failure) return { outputs, ms };
      if (context.signal.aborted || endsRun(failure.error) || attempt >= maxAttempts) {
        return { outputs, ms, failure };
      }
      await wait(
        waitBefore(attempt + 1, { max: maxAttempts, waitMs: retryWaitMs, backoff }),
        context.signal,
      ).catch(() => {});
    }
  }

  /** The container of the node's outputs in a store. */
  #home(store: Shared): Shared {
    return (this.#config.namespaced ?? true) ? ensureNamespace(store, this.id) : store;
  }

  #outputsOf(layer: Shared): Record<string, unknown> {
    const outputs = { ...this.#home(rawStore(layer)) };
    if (this.#config.namespaced === false) {
      delete outputs[this.#config.as];
      delete outputs[INDEX_NAME];
    }
    return outputs;
  }

  /** The error of an item that stops the batch, with which item it is. */
  #nameItem(error: unknown, index: number, items: readonly unknown[]): PflowError {
    // The message is redacted as all others are, where it is recorded and printed.
    const label = describeItem(items[index], { capture: (value) => value as Captured });
    const which = `Item ${index + 1} of ${formatCount(items.length)}${label === undefined ? '' : ` (${label})`}`;
    const { code, hint } =
      error instanceof PflowError ? error : { code: 'node_failed' as const, hint: undefined };
    return new PflowError(code, `${which}: ${messageOf(error)}`, { cause: error, ...(hint && { hint }) });
  }

  #reportedError(layer: Shared): unknown {
    return (
      this.#home(rawStore(layer))['error'] ??
      new PflowError('node_failed', `Node '${this.id}' returned the action "error".`)
    );
  }

  #collect(items: readonly unknown[], outcomes: readonly Outcome[], outputs: Shared): void {
    const { maxConcurrent, maxAttempts, retryWaitMs } = this.#config;
    const errors: { index: number; item: unknown; error: string }[] = [];
    const results: (Record<string, unknown> | null)[] = [];
    const times: number[] = [];
    for (const [index, item] of items.entries()) {
      const outcome = outcomes[index];
      // An item that never started because another one failed has no result.
      if (!outcome) continue;
      times.push(outcome.ms);
      const result = { ...outcome.outputs, item };
      if (!outcome.failure) {
        results.push(result);
        continue;
      }
      const error = messageOf(outcome.failure.error);
      errors.push({ index, item, error });
      // As in published pflow: an item that threw before it wrote anything has no result.
      const wrote = Object.keys(outcome.outputs).some((key) => key !== 'error');
      results.push(outcome.failure.thrown && !wrote ? null : { ...result, error });
    }
    const total = times.reduce((sum, ms) => sum + ms, 0);
    outputs['results'] = results;
    outputs['count'] = items.length;
    outputs['success_count'] = results.length - errors.length;
    outputs['error_count'] = errors.length;
    outputs['errors'] = errors.length ? errors : null;
    outputs['batch_metadata'] = {
      parallel: maxConcurrent > 1,
      max_concurrent: maxConcurrent,
      max_retries: maxAttempts,
      retry_wait: retryWaitMs / 1000,
      execution_mode: maxConcurrent > 1 ? 'parallel' : 'sequential',
      timing: {
        total_items_ms: total,
        avg_item_ms: times.length ? total / times.length : 0,
        min_item_ms: times.length ? Math.min(...times) : 0,
        max_item_ms: times.length ? Math.max(...times) : 0,
      },
    };
  }
}

/** The result of an item; a failed one may have written outputs before. */
type Outcome = Readonly<{
  outputs: Record<string, unknown>;
  ms: number;
  failure?: { error: unknown; thrown?: boolean };
}>;

/** Whether an item succeeded with an empty main output. */
function isEmpty({ outputs, failure }: Outcome): boolean {
  const main = findMainOutput(outputs);
  return !failure && main !== undefined && isBlank(outputs[main]);
}

/** A batch of which nothing is left has failed, even one that continues after failed items. */
function allFailed(outcomes: readonly Outcome[]): PflowError {
  const cause = outcomes[0]!.failure!.error;
  const which = outcomes.length === 1 ? 'The only item' : `All ${formatCount(outcomes.length)} items`;
  const hint = cause instanceof PflowError && cause.hint !== undefined ? { hint: cause.hint } : {};
  return new PflowError('node_failed', `${which} failed: ${messageOf(cause)}`, { cause, ...hint });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `text: ${JSON.stringify(value.slice(0, 60))}`;
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
