/** Serves the requests of an observed program: its calls to models, and its telemetry. */

import { AsyncResource } from 'node:async_hooks';
import type { Received } from '../../otlp/decode/received.js';
import type { Gateway } from '../gateway/gateway.js';
import { resolveUpstream } from '../gateway/providers.js';
import { ANSWERS_PATH } from '../../tap/spool/request-answer.js';
import { serveAnswer } from '../replay/serve-answers.js';
import type { AnswerRecorded } from '../replay/replay-calls.js';
import type { LoopbackHandler } from '../loopback-server.js';
import type { OtlpForwarder } from '../receiver/forward-otlp.js';
import { createReceiver } from '../receiver/receive-otlp.js';
import type { StartedProgram } from './start-program.js';

/** Handles what the program sends: telemetry is recorded, and sent on where the user had set an endpoint. */
export function serveProgram(
  program: Pick<StartedProgram, 'serve' | 'forwardTo' | 'server' | 'upstreams'>,
  {
    gateway,
    forwarder,
    onTelemetry = () => {},
    answer,
  }: Readonly<{
    gateway: Gateway;
    forwarder: OtlpForwarder;
    onTelemetry?: (received: Received) => void;
    /** Answers the requests of tapped processes. */
    answer?: AnswerRecorded | undefined;
  }>,
): void {
  const receiver = createReceiver({
    onMessage: ({ received }) => onTelemetry(received),
    onRequest(signal, body, headers) {
      const target = program.forwardTo[signal];
      if (target !== undefined) forwarder.send(target, body, headers);
    },
  });
  const { url: prefix } = program.server;
  const resolve = (url: string): string =>
    (url.startsWith(`${prefix}/`) && resolveUpstream(url.slice(prefix.length), program.upstreams)?.href) ||
    url;
  // In the caller's async context, to which an uncaught error is attributed: the server was created in another one.
  const handler: LoopbackHandler = {
    request(path, request, response) {
      if (answer && path === ANSWERS_PATH) return void serveAnswer(request, response, { answer, resolve });
      if (receiver(path, request, response) || gateway.request(path, request, response)) return;
      response.writeHead(404).end();
    },
    upgrade(path, request, socket, head) {
      if (!gateway.upgrade(path, request, socket, head)) socket.destroy();
    },
  };
  program.serve({
    request: AsyncResource.bind(handler.request),
    upgrade: AsyncResource.bind(handler.upgrade),
  });
}
