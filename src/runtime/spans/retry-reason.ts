/** Derives why a failed attempt of a node is followed by another one. */
import { endsRun, isCancellation, PflowError } from '../../lib/error.js';

/**
 * The code of the error that an attempt failed with, or else its name: `node_timeout`, `ECONNRESET`, `TypeError`. undefined if
 * no attempt follows, because the run was stopped.
 */
export function retryReasonOf(error: unknown, signal: AbortSignal): string | undefined {
  if (signal.aborted || endsRun(error) || isCancellation(error)) return undefined;
  if (error instanceof PflowError) return error.code;
  const code = readText(error, 'code');
  return code ?? (error instanceof Error ? readText(error, 'name') : undefined) ?? 'error';
}

/** Reading a property of a thrown value may throw in turn. */
function readText(thrown: unknown, name: string): string | undefined {
  try {
    const value: unknown = (thrown as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}
