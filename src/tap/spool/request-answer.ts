/** Lets the process that observes this one answer its requests, from recorded calls. */

import { request as httpRequest } from 'node:http';
import type { Answer } from '../exchange/deliver-answer.js';
import type { TapListener } from '../exchange/listener.js';

/** In this variable a process finds the address that its requests are answered at. */
export const REPLAY_VARIABLE = 'PFLOW_REPLAY';

/** The path of that address below the one of the server. */
export const ANSWERS_PATH = '/replay';

/** A request to be answered, as JSON; the body in base64. */
export type AnswerQuery = Readonly<{
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}>;

/** An answer as JSON: each piece of the body with its delay in ms, in base64. */
export type AnswerJson = Omit<Answer, 'pieces'> &
  Readonly<{ pieces: readonly (readonly [number, string])[] }>;

/** The headers by which a request is parsed; keys are in other headers. */
const KEPT_HEADERS = /^(?:content-type|ai-.*)$/;

/** Has every request to a provider answered at the address: none reaches the network. Without an answer the request fails. */
export function createAnswerListener(address: string): TapListener {
  return {
    answers: true,
    allOfProviders: true,
    onRequest({ method, url, headers }) {
      let sent: Uint8Array | undefined;
      return {
        onRequestBody(body) {
          sent = body;
        },
        answer: () =>
          requestAnswer(address, {
            method,
            url,
            headers: Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name))),
            ...(sent === undefined ? {} : { body: toBuffer(sent).toString('base64') }),
          }),
        onEnd() {},
      };
    },
  };
}

async function requestAnswer(address: string, query: AnswerQuery): Promise<Answer> {
  const { pieces, ...answer } = JSON.parse(await post(address, JSON.stringify(query))) as AnswerJson;
  return {
    ...answer,
    pieces: pieces.map(([afterMs, data]) => ({ afterMs, data: Buffer.from(data, 'base64') })),
  };
}

function post(address: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // An agent would keep the connection, and the process with it.
    const sent = httpRequest(address, { method: 'POST', agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`pflow does not answer the request: ${text || response.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
