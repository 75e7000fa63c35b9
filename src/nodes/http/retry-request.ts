import { PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { retryAfterMs } from '../../llm/client/retry-after.js';
import { wait } from '../../runtime/control/abort.js';
import type { RunContext } from '../../runtime/contract/runnable.js';
import type { HttpResponse } from './send-request.js';

export type Patience = Readonly<{
  /** How often to try again. */
  retries: number;
  /** Before the first retry; doubled for each further one. */
  waitMs: number;
  signal: AbortSignal;
  log: RunContext['log'];
}>;

/** The longest wait that a server may ask for. */
const LONGEST_WAIT_MS = 120_000;

/** Sends a request again while the server cannot be reached or says that it is busy, waiting longer each time. */
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

/** What was wrong with the request or its answer itself would be wrong again; only a failure of the network has a cause. */
function unreached(error: unknown): string | undefined {
  return error instanceof PflowError && error.cause !== undefined ? error.message : undefined;
}
