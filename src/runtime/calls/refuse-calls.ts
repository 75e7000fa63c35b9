/** Refuses the requests of nodes' own clients once the run may make no further call. */

import { formatRefusal, REFUSED } from '../../wire/refusal.js';
import { classifyAddress } from '../../wire/model-paths.js';
import { messageOf } from '../../lib/error.js';
import { tapRequests } from '../../tap/tap.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { currentNode } from '../spans/span-observer.js';
import { isRecordedElsewhere } from './observe-calls.js';

/**
 * From now on answers a request that a node of this sink's run sends with an error, in the provider's format and with a status
 * that no SDK retries, when `check` throws. Returns the undo.
 */
export function refuseCalls(sink: TraceSink, check: () => void): () => void {
  return tapRequests({
    answers: true,
    onRequest({ method, url }) {
      if (isRecordedElsewhere() || currentNode.getStore()?.isOf(sink) !== true) return undefined;
      let message: string;
      try {
        check();
        return undefined;
      } catch (error) {
        message = messageOf(error);
      }
      sink.emit({ type: 'control.changed', change: 'call-refused', reason: message });
      const { hostname, pathname } = new URL(url);
      const format = classifyAddress(method, hostname, pathname)?.format ?? 'other';
      const data = Buffer.from(formatRefusal(format, message));
      return {
        onRequestBody() {},
        answer: () =>
          Promise.resolve({
            status: REFUSED,
            headers: { 'content-type': 'application/json', 'x-should-retry': 'false' },
            headAfterMs: 0,
            pieces: [{ afterMs: 0, data }],
          }),
        onEnd() {},
      };
    },
  });
}
