/** Answers the requests of an observed program from recorded calls: those of its tapped processes, and those to the gateway. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { deliverAnswer, type AnswerSink } from '../../tap/exchange/deliver-answer.js';
import type { Exchange } from '../../tap/exchange/exchange.js';
import { normalizeHeaders } from '../../tap/exchange/open-exchange.js';
import type { AnswerJson, AnswerQuery } from '../../tap/spool/request-answer.js';
import type { AnswerRecorded } from './replay-calls.js';

/** Handles the query of a tapped process. `resolve` gives the provider's address of a request to the gateway. */
export async function serveAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, resolve }: Readonly<{ answer: AnswerRecorded; resolve: (url: string) => string }>,
): Promise<void> {
  try {
    const query = JSON.parse((await buffer(request)).toString()) as AnswerQuery;
    const body = query.body === undefined ? undefined : Buffer.from(query.body, 'base64');
    const { pieces, ...given } = answer({ ...query, url: resolve(query.url), body });
    const json: AnswerJson = {
      ...given,
      pieces: pieces.map(({ afterMs, data }) => [afterMs, Buffer.from(data).toString('base64')]),
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(json));
  } catch (error) {
    response.writeHead(500);
    response.end(error instanceof Error ? error.message : String(error));
  }
}

/** Answers a request to the gateway at the times of the recording. `exchange` observes it. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  {
    target,
    answer,
    exchange,
  }: Readonly<{ target: URL; answer: AnswerRecorded; exchange: Exchange | undefined }>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('The program ended the connection.')));
  try {
    const body = await buffer(request);
    exchange?.send(body);
    exchange?.sent();
    const headers = normalizeHeaders(request.headers);
    const given = answer({ method: request.method ?? 'GET', url: target.href, headers, body });
    await deliverAnswer(given, createSink(response, exchange), gone.signal);
  } catch (error) {
    exchange?.fail(error);
    response.destroy();
  }
}

function createSink(response: ServerResponse, exchange: Exchange | undefined): AnswerSink {
  return {
    head(status, headers) {
      exchange?.respond(status, headers);
      response.writeHead(status, headers);
      response.flushHeaders();
    },
    piece(data) {
      exchange?.receive(data);
      response.write(data);
    },
    end() {
      exchange?.finish();
      response.end();
    },
    fail(error) {
      exchange?.fail(error, response.destroyed || undefined);
      response.destroy();
    },
  };
}
