/** Retries HTTP requests. */

import { PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { retryAfterMs } from '../../llm/client/retry-after.js';
import { wait } from '../../runtime/control/abort.js';
import type { RunContext } from '../../runtime/contract/runnable.js';
import type { HttpResponse } from './send-request.js';

export type Patience = Readonly<{
  /** Maximum number of retries. */
  retries: number;
  /** Delay before the first retry; doubles each time. */
  waitMs: number;
  signal: AbortSignal;
  log: RunContext['log'];
}>;

/** Maximum honoured Retry-After. */
const LONGEST_WAIT_MS = 120_000;

/** Retries a request with exponential backoff while the server is unreachable or busy. */
export async function withRetries(
  send: () => Promise<HttpResponse>,
  { retries, waitMs, signal, log }: Patience,
): Promise<HttpResponse> {
  for (let retry = 1; ; retry++) {
    const { response, error } = await send().then(
      (response) => ({ response, error: undefined }),
      (error: unknown) => ({ response: undefined, error }),
    );
    const trouble = response ? busyAnswer(response) : unreached(error);
    if (trouble === undefined || retry > retries || signal.aborted) {
      if (response) return response;
      throw error;
    }
    const asked = retryAfterMs(response?.headers);
    const pause = Math.min(asked ?? waitMs * 2 ** (retry - 1), LONGEST_WAIT_MS);
    log(`${trouble} Retry ${retry} of ${retries} in ${formatDuration(pause)}.`, 'warning');
    await wait(pause, signal);
  }
}

const BUSY = new Set([408, 429, 500, 502, 503, 504]);

function busyAnswer({ status }: HttpResponse): string | undefined {
  return BUSY.has(status) ? `The server answered ${status}.` : undefined;
}

/** An invalid request fails again; only network errors have a cause. */
function unreached(error: unknown): string | undefined {
  return error instanceof PflowError && error.cause !== undefined ? error.message : undefined;
}
