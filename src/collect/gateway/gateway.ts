/** The gateway: forwards requests to model providers, observes them, and refuses those over a limit. */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { Exchange } from '../../tap/exchange/exchange.js';
import type { TapListener } from '../../tap/exchange/listener.js';
import { normalizeHeaders } from '../../tap/exchange/open-exchange.js';
import { classifyAddress } from '../../wire/model-paths.js';
import { answerRequest } from '../replay/serve-answers.js';
import type { AnswerRecorded } from '../replay/replay-calls.js';
import { forwardRequest, type Agents } from './forward.js';
import { resolveUpstream, type Upstreams } from './providers.js';
import { formatRefusal, REFUSED } from '../../wire/refusal.js';
import { tunnelUpgrade } from './tunnel.js';

export type GatewayOptions = Readonly<{
  /** Base URLs by the first segment of the path. */
  upstreams: Upstreams;
  /** Observes the requests to models. */
  listener: TapListener;
  /** Why no further request to a model is made, as a sentence; undefined as long as requests are forwarded. */
  refusal?: () => string | undefined;
  /** Answers every request instead of the provider. */
  answer?: AnswerRecorded | undefined;
  /** The certificates that upstreams are checked against, in PEM, instead of those of Node. */
  ca?: string;
}>;

/** Handles the requests of a server. `path` is the rest of the address, `/<provider>/…`; false where no upstream has that name. */
export type Gateway = Readonly<{
  request(path: string, request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}>;

/** How long a connection to a provider is kept open without a request, as Node's own agent does. */
const IDLE_MS = 5000;

/** Creates a gateway. It neither keeps nor writes the keys that pass through it. */
export function createGateway({ upstreams, listener, refusal, answer, ca }: GatewayOptions): Gateway {
  const agents: Agents = {
    http: new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
    https: new https.Agent({ keepAlive: true, timeout: IDLE_MS, ...(ca === undefined ? {} : { ca }) }),
  };
  const observe = (request: IncomingMessage, target: URL): Exchange | undefined => {
    const { method = 'GET' } = request;
    const isSession = method === 'GET' && request.headers.upgrade !== undefined;
    if (method !== 'POST' && !isSession) return undefined;
    if (!classifyAddress(method, target.hostname, target.pathname)) return undefined;
    const exchange = new Exchange({
      client: 'gateway',
      method,
      url: target.href,
      headers: normalizeHeaders(request.headers),
      startedAt: performance.now(),
    });
    exchange.offer(listener);
    return exchange.isObserved ? exchange : undefined;
  };
  return {
    request(path, request, response) {
      const target = resolveUpstream(path, upstreams);
      if (!target) return false;
      if (refuse(request, response, target, refusal)) return true;
      const exchange = observe(request, target);
      if (answer) void answerRequest(request, response, { target, answer, exchange });
      else forwardRequest(request, response, { target, agents, exchange });
      return true;
    },
    upgrade(path, request, socket, head) {
      const target = resolveUpstream(path, upstreams);
      // A session over a WebSocket is not recorded, so there is nothing to answer it with.
      if (!target || answer) return false;
      tunnelUpgrade(request, socket, head, { target, agents, exchange: observe(request, target) });
      return true;
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Answers a request to a model that would exceed a limit. Any other request passes. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  refusal: GatewayOptions['refusal'],
): boolean {
  const address =
    request.method === 'POST' ? classifyAddress('POST', target.hostname, target.pathname) : undefined;
  const message = address && refusal?.();
  if (message === undefined) return false;
  const body = formatRefusal(address!.format, message);
  // Read to its end: a client that still sends would see a broken connection instead of the response.
  request.resume();
  response.writeHead(REFUSED, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-should-retry': 'false',
  });
  response.end(body);
  return true;
}
