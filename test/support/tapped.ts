/** Subscribes to the tap in tests and records the exchanges. */

import type { ExchangeEnd, TappedRequest } from '../../src/tap/exchange/listener.js';
import { tapRequests } from '../../src/tap/tap.js';

/** One exchange as received by a subscriber. */
export type Heard = {
  request: TappedRequest;
  /** The request's body as text; null if the tap reported it as unavailable. */
  body?: string | null;
  status?: number;
  received: number;
  end?: ExchangeEnd;
};

/** Subscribes until `stop`. */
export function listenToTap(context: () => unknown = () => undefined): {
  heard: (Heard & { context: unknown })[];
  stop: () => void;
} {
  const heard: (Heard & { context: unknown })[] = [];
  const stop = tapRequests({
    onRequest(request) {
      const exchange: (typeof heard)[number] = { request, received: 0, context: context() };
      heard.push(exchange);
      return {
        onRequestBody: (body) => void (exchange.body = body ? Buffer.from(body).toString() : null),
        onResponse: (status) => void (exchange.status = status),
        onResponseData: (chunk) => void (exchange.received += chunk.length),
        onEnd: (end) => void (exchange.end = end),
      };
    },
  });
  return { heard, stop };
}
