/** Observes the calls that nodes make with clients of their own, on their way over the network. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { TapListener } from '../../tap/exchange/listener.js';
import { tapRequests } from '../../tap/tap.js';
import { recordNodeStep } from '../spans/node-steps.js';
import { currentNode } from '../spans/span-observer.js';
import { ExchangeRecorder } from './exchange-recorder.js';

type OnRequest = TapListener['onRequest'];

let observers = 0;
let stopListening: (() => void) | undefined;
let onOutside: OnRequest | undefined;

/** Requests of our own model client, which records them itself. */
const recorded = new AsyncLocalStorage<true>();

/**
 * From now on records the requests to models that nodes send, in the span of the node that sends them. Requests and
 * responses pass unchanged. However many runs observe at once, a request is recorded once; with the last of them,
 * everything that was patched is restored. `outside` receives requests that no node sends. Returns the undo.
 */
export function observeCalls(outside?: OnRequest): () => void {
  if (outside) onOutside = outside;
  if (observers++ === 0) {
    stopListening = tapRequests({
      onRequest(request, exchange) {
        if (recorded.getStore()) return undefined;
        const context = currentNode.getStore();
        return context ? new ExchangeRecorder(context, request, exchange) : onOutside?.(request, exchange);
      },
      onStep(event) {
        if (!recorded.getStore()) recordNodeStep(event, currentNode.getStore());
      },
    });
  }
  let observing = true;
  return () => {
    if (!observing) return;
    observing = false;
    if (outside && onOutside === outside) onOutside = undefined;
    if (--observers === 0) stopListening?.();
  };
}

/** Whether the running code's requests to models are those of our own client. */
export function isRecordedElsewhere(): boolean {
  return recorded.getStore() === true;
}

/** Runs code whose requests to models are recorded by other means. */
export function runUnobserved<T>(work: () => T): T {
  // Nor does what it prints belong to the node.
  return currentNode.exit(() => recorded.run(true, work));
}
