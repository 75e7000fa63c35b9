/** Observes the calls that nodes make with clients of their own, on their way over the network. */

import { tapRequests } from '../../tap/tap.js';
import { currentNode } from '../spans/span-observer.js';
import { ExchangeRecorder } from './exchange-recorder.js';

let observers = 0;
let stopListening: (() => void) | undefined;

/**
 * From now on records the requests to models that nodes send, in the span of the node that sends them. Requests and
 * responses pass unchanged. However many runs observe at once, a request is recorded once; with the last of them,
 * everything that was patched is restored. Returns the undo.
 */
export function observeCalls(): () => void {
  if (observers++ === 0) {
    stopListening = tapRequests({
      onRequest(request, exchange) {
        const context = currentNode.getStore();
        return context && new ExchangeRecorder(context, request, exchange);
      },
    });
  }
  let observing = true;
  return () => {
    if (!observing) return;
    observing = false;
    if (--observers === 0) stopListening?.();
  };
}
