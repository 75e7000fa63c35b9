/** Sends telemetry on to the endpoint that it was meant for, byte for byte. */

import type { IncomingHttpHeaders } from 'node:http';
import { messageOf } from '../../lib/error.js';
import { proxiedFetch } from '../../lib/proxy/proxied-fetch.js';

/** Headers of the connection itself; fetch sets its own. */
const ownHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'expect',
]);

/** Passes messages on in the background. The sender never waits for it; a failure is a warning. */
export class OtlpForwarder {
  readonly #onWarning: (message: string) => void;
  readonly #pending = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning;
  }

  /** Sends a body with its headers to the endpoint of its signal. */
  send(url: string, body: Buffer, headers: IncomingHttpHeaders): void {
    const sending = this.#send(url, body, headers).finally(() => this.#pending.delete(sending));
    this.#pending.add(sending);
  }

  /** Waits for what is being sent, at most this long, in ms. */
  async close(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), timeoutMs);
    await Promise.all(this.#pending);
    clearTimeout(timer);
  }

  async #send(url: string, body: Buffer, headers: IncomingHttpHeaders): Promise<void> {
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !ownHeaders.has(name) ? [[name, value] as [string, string]] : [],
    );
    const { origin } = new URL(url);
    try {
      const response = await proxiedFetch(url, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: kept,
        signal: this.#abort.signal,
      });
      if (!response.ok)
        this.#onWarning(`${origin} answered ${response.status}: telemetry was not forwarded to it.`);
      await response.arrayBuffer();
    } catch (error) {
      this.#onWarning(`${origin} was not reached, telemetry was not forwarded to it: ${messageOf(error)}`);
    }
  }
}
