/** Explains errors of the operating system and the engine that reach the user as they are. */
import { PflowError } from '../../lib/error.js';

/** The same error as a sentence with what to do about it, where we know one. */
export function explainSystemError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PflowError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall === 'uv_cwd')
    return new PflowError('usage', 'The working directory does not exist any more.', {
      cause: error,
      hint: 'Change to a folder that exists.',
    });
  if (code === 'EMFILE' || code === 'ENFILE')
    return new PflowError('internal', 'Too many files are open at once.', {
      cause: error,
      hint: 'Raise the limit (`ulimit -n 4096`), or run fewer items in parallel (max_concurrent).',
    });
  if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded')
    return new PflowError('internal', 'A value is nested too deeply to be processed.', { cause: error });
  return error;
}
