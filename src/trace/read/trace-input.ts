/** An open trace file, shared by everything that reads one trace. */
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { messageOf, PflowError } from '../../lib/error.js';

/**
 * A trace file opened once: reading from start to end, following, random access and search use the same descriptor, so that
 * they see the same file even if its path is replaced meanwhile.
 */
export class TraceInput {
  readonly path: string;
  readonly #fd: number;

  /** Opens the file. Throws a PflowError if that fails, or if it is a directory, a named pipe or a device. */
  constructor(path: string) {
    this.path = path;
    try {
      // Without O_NONBLOCK, opening a named pipe waits for a writer that may never come.
      this.#fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      throw toReadError(path, error);
    }
    const stat = fstatSync(this.#fd);
    if (stat.isFile()) return;
    closeSync(this.#fd);
    throw new PflowError(
      'invalid_trace',
      `Cannot read the trace ${path}: it is ${stat.isDirectory() ? 'a directory' : 'a pipe or a device'}.`,
      { hint: 'Run `pflow trace list` to list all traces.' },
    );
  }

  /** The size of the file in bytes, and when it was last written, in ms since 1970. */
  stat(): { size: number; mtimeMs: number } {
    return fstatSync(this.#fd);
  }

  /** Fills the buffer from a position in the file; resolves to the bytes read, 0 at its end. Rejects with a PflowError. */
  read(buffer: Buffer, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#fd, buffer, 0, buffer.length, position, (error, bytesRead) =>
        error ? reject(toReadError(this.path, error)) : resolve(bytesRead),
      );
    });
  }

  /** The bytes at a position; fewer if the file was truncated or cannot be read. */
  bytes(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    try {
      return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, position));
    } catch {
      return bytes.subarray(0, 0);
    }
  }

  /** Closes the file; nothing can be read afterwards. */
  close(): void {
    closeSync(this.#fd);
  }
}

/** Runs `use` with the input of a path, which is closed afterwards, or with one that is already open and stays so. */
export async function* withInput<Item>(
  source: string | TraceInput,
  use: (input: TraceInput) => AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  if (typeof source !== 'string') return yield* use(source);
  const input = new TraceInput(source);
  try {
    yield* use(input);
  } finally {
    input.close();
  }
}

/** The user-facing error for a trace file that could not be opened or read. */
function toReadError(path: string, error: unknown): PflowError {
  const code = (error as { code?: unknown } | null)?.code;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a directory'
        : code === 'EACCES'
          ? 'permission denied'
          : messageOf(error);
  return new PflowError(
    code === 'ENOENT' ? 'not_found' : 'invalid_trace',
    `Cannot read the trace ${path}: ${why}.`,
    {
      hint: 'Run `pflow trace list` to list all traces.',
      cause: error,
    },
  );
}
