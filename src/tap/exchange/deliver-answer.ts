/** Responses that are delivered instead of the network's, and their delivery at the times of their pieces. */

import { setTimeout as sleep } from 'node:timers/promises';

/** A response of the tap's own. */
export type Answer = Readonly<{
  status: number;
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Milliseconds from the request to the head of the response. */
  headAfterMs: number;
  /** The body, without a content encoding. */
  pieces: readonly AnswerPiece[];
  /** The connection ends before the response does, so many milliseconds after the last piece. */
  cutAfterMs?: number;
}>;

/** A piece of a body, and how many milliseconds after the one before it, or after the head, it is delivered. */
export type AnswerPiece = Readonly<{ afterMs: number; data: Uint8Array }>;

/** Where an answer is delivered: the client of one transport. */
export interface AnswerSink {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when the client takes more. */
  piece(data: Uint8Array): void | Promise<void>;
  end(): void;
  /** The connection fails. */
  fail(error: unknown): void;
}

/** Headers about the encoding of the body on its way, which an answer does not have. */
const transferHeaders = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
]);

/** Delivers an answer until the client gives it up, which `signal` states with the reason. Never rejects. */
export async function deliverAnswer(
  { status, headers, headAfterMs, pieces, cutAfterMs }: Answer,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pause(headAfterMs, signal);
    sink.head(
      status,
      Object.fromEntries(Object.entries(headers).filter(([name]) => !transferHeaders.has(name))),
    );
    for (const { afterMs, data } of pieces) {
      await pause(afterMs, signal);
      await sink.piece(data);
    }
    await pause(cutAfterMs ?? 0, signal);
    if (cutAfterMs === undefined) sink.end();
    else sink.fail(connectionReset());
  } catch (error) {
    sink.fail(signal.aborted ? signal.reason : error);
  }
}

/** Timers of zero take a millisecond each, which adds up over the pieces of a stream. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms > 0) await sleep(ms, undefined, { signal });
}

/** The error of a connection that its server closed, as Node reports it. */
function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
