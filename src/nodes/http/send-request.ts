/** Sends HTTP requests with limits. */

import { explainTlsError } from '../../lib/tls-errors.js';
import { messageOf, PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { clampDelay } from '../../lib/timer.js';
import { followRedirects } from './follow-redirects.js';
import { shownUrl } from './send-once.js';

export type HttpRequest = Readonly<{
  url: URL;
  method: string;
  headers: Headers;
  body: string | undefined;
  timeoutMs: number;
  signal: AbortSignal;
}>;

export type HttpResponse = Readonly<{
  status: number;
  statusText: string;
  headers: Record<string, string>;
  bytes: Buffer;
  /** Seconds until the last byte was received. */
  seconds: number;
}>;

/** Sends a request, follows redirects and reads the complete response. Rejects with a readable message if there is no response or it is too large. */
export async function sendRequest({
  url,
  timeoutMs,
  signal,
  ...request
}: HttpRequest): Promise<HttpResponse> {
  const timeout = AbortSignal.timeout(clampDelay(timeoutMs));
  const started = performance.now();
  try {
    const response = await followRedirects({
      url,
      ...request,
      signal: AbortSignal.any([signal, timeout]),
    });
    const { status, statusText, headers, bytes } = response;
    return {
      status,
      statusText,
      headers: Object.fromEntries(headers),
      bytes,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    if (error instanceof PflowError) throw error;
    if (timeout.aborted && !signal.aborted) {
      throw new PflowError(
        'node_timeout',
        `${shownUrl(url)} did not answer within ${formatDuration(timeoutMs)}.`,
        { hint: 'Increase `timeout` (seconds).', cause: error },
      );
    }
    throw new PflowError('node_failed', `Cannot reach ${shownUrl(url)}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused.',
  ECONNRESET: 'the connection was closed before the response was complete.',
  UND_ERR_SOCKET: 'the connection was closed before the response was complete.',
  ENOTFOUND: 'no such host is known.',
  EAI_AGAIN: 'the host name could not be looked up.',
  ETIMEDOUT: 'the connection timed out.',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out.',
  EHOSTUNREACH: 'there is no way to the host.',
  ENETUNREACH: 'there is no network.',
};

function reasonOf(error: unknown): string {
  // fetch only reports "fetch failed"; the reason is in its causes.
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  const proxyError = causes.find((cause) => (cause as NodeJS.ErrnoException).code === 'PROXY_FAILED');
  if (proxyError) return `${messageOf(proxyError)}.`;
  const codes = causes.map((cause) => (cause as NodeJS.ErrnoException).code ?? '');
  const untrusted = codes.map(explainTlsError).find((each) => each !== undefined);
  if (untrusted) return `${untrusted.what}. ${untrusted.hint}`;
  const known = codes.find((code) => code in reasons);
  return known === undefined ? `${messageOf(causes.at(-1))}.` : reasons[known]!;
}
