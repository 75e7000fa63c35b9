/** Sends OTLP messages over HTTP, with retries as the specification of OTLP defines them. */

import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { messageOf } from '../../../lib/error.js';
import { proxiedFetch } from '../../../lib/proxy/proxied-fetch.js';
import { explainTlsError } from '../../../lib/tls-errors.js';
import { encodeOtlpProtobuf } from '../../../otlp/encode-protobuf.js';
import type { OtlpSignal } from '../../../otlp/otlp-messages.js';
import type { SignalSettings } from './exporter-settings.js';

/** The only statuses that are retried (OTLP 1.9, "Retryable Response Codes"). */
const retryable = new Set([429, 502, 503, 504]);

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5000;

/** Sends a message. Throws an Error that describes why it was not accepted. Attempts end with the timeout or by `signal`. */
export async function sendOtlp(
  message: object,
  signalName: OtlpSignal,
  { url, encoding, headers, gzip: isZipped, timeoutMs }: SignalSettings,
  signal: AbortSignal,
): Promise<void> {
  const bytes =
    encoding === 'json' ? Buffer.from(JSON.stringify(message)) : encodeOtlpProtobuf(message, signalName);
  const body = isZipped ? await promisify(gzip)(bytes) : bytes;
  const sent = {
    ...headers,
    'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let last = `no response within ${timeoutMs / 1000} s`;
  for (let attempt = 0; ; attempt++) {
    let pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
    try {
      const response = await proxiedFetch(url, { method: 'POST', headers: sent, body, signal: limit });
      await response.arrayBuffer();
      if (response.ok) return;
      last = `it answered ${response.status}`;
      if (!retryable.has(response.status)) break;
      const after = Number(response.headers.get('retry-after'));
      if (after > 0) pauseMs = after * 1000;
    } catch (error) {
      if (limit.aborted) break;
      last = describeFailure(error instanceof Error && error.cause ? error.cause : error);
    }
    try {
      await wait(pauseMs, undefined, { signal: limit });
    } catch {
      break;
    }
  }
  throw new Error(`Telemetry was not exported to ${new URL(url).origin}: ${last.replace(/\.$/, '')}.`);
}

/** The reason of a failed connection, with what to do about a certificate that is not trusted. */
function describeFailure(error: unknown): string {
  const tls = explainTlsError((error as { code?: string } | undefined)?.code);
  return tls ? `${tls.what}. ${tls.hint}` : messageOf(error);
}
