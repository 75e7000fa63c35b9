/** The interface through which the tap reports a program's requests. */

import type { Answer } from './deliver-answer.js';
import type { StepEvent } from './step-events.js';

/** A request as its client sends it, before its body is known. */
export type TappedRequest = Readonly<{
  method: string;
  /** Absolute, with its query. */
  url: string;
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  client: TapClient;
  /** When it was sent, by `performance.now()` of this thread. */
  startedAt: number;
  /** The step of an agent framework in whose async context it was sent. */
  step?: string | undefined;
}>;

/** How a request left the program. */
export type TapClient = 'undici' | 'http' | 'http2' | 'worker' | 'gateway';

/** Listens to requests to models. Its errors are ignored, so that the program is unaffected. */
export interface TapListener {
  /** Whether its observers may answer requests, which are then held until their body is complete. */
  readonly answers?: boolean;
  /** Whether it is offered every request to a provider's host, also those that call no model. */
  readonly allOfProviders?: boolean;
  /**
   * Called synchronously, in the async context of the code that sends the request. Return undefined to pass it over: then
   * nothing of it is copied.
   */
  onRequest(request: TappedRequest, exchange: ExchangeHandle): ExchangeObserver | undefined;
  /** Called synchronously with the steps of agent frameworks, in the async context of the framework. */
  onStep?(event: StepEvent): void;
}

/** A request on its way. */
export interface ExchangeHandle {
  /** Ends the observation at once, with the outcome `open`; the exchange itself continues. Without effect after the end. */
  detach(): void;
  /** The body of the response so far, without its content encoding. */
  readBody(): Uint8Array;
  /** When something passed last, by `performance.now()`. */
  readonly lastActivityAt: number;
  /** The id of the step that sends the request, if a framework has reported it. Known with the request's body. */
  readonly step: string | undefined;
  /** Whether an observer answers the request. Known as soon as the request was offered to all listeners. */
  readonly isAnswered: boolean;
}

/** Observes one request and its response. The bytes are copies. */
export interface ExchangeObserver {
  /**
   * The body of the request without its content encoding; undefined if it could not be had, or not decoded. Called once,
   * before anything else: as soon as the body is known, or when there is a response or an end without it.
   */
  onRequestBody(body: Uint8Array | undefined): void;
  /**
   * The response to deliver instead of the network's, after `onRequestBody`. Undefined sends the request; a rejection fails
   * it. Only for listeners with `answers`.
   */
  answer?(): Promise<Answer | undefined>;
  /** The head of the response. Not called for informational responses (1xx). */
  onResponse?(status: number, headers: Readonly<Record<string, string>>): void;
  /** A piece of the response's body as it is on the wire, with its content encoding. */
  onResponseData?(chunk: Uint8Array): void;
  /** The last call. */
  onEnd(end: ExchangeEnd): void;
}

/** How an exchange ended, and what had come until then. */
export type ExchangeEnd = Readonly<{
  /**
   * `complete`: all of the response came · `cut`: the connection ended within it · `abandoned`: the program gave it up, at
   * any point · `failed`: there was no response · `open`: it continues, unobserved.
   */
  outcome: 'complete' | 'cut' | 'abandoned' | 'failed' | 'open';
  /** Absent where there was no response. */
  status?: number;
  headers: Readonly<Record<string, string>>;
  /** The body of the response without its content encoding, as far as it came and could be decoded. */
  body: Uint8Array;
  /** Whether `body` is all of it. */
  bodyComplete: boolean;
  /** Milliseconds from the request to the first piece of the response's body. */
  firstByteMs?: number;
  error?: unknown;
}>;
