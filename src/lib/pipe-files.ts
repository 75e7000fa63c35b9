/** Reads and writes files that may be named pipes, without blocking a thread until the other end opens. */

import { constants, openSync } from 'node:fs';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';

/**
 * The bytes of a file. Opening a named pipe blocks one of the few threads for file operations, which no signal ends and which
 * even process.exit waits for; a pipe is therefore opened without blocking and read as a socket, until its writer closes it.
 * Rejects with the error of the file system or the reason of the signal.
 */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Buffer> {
  if (!(await isPipe(path))) return readFile(path, signal ? { signal } : {});
  const socket = openPipe(path, constants.O_RDONLY, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Replaces or extends a file; what is written to a named pipe is sent to its reader. Rejects with ENXIO where a pipe has none. */
export async function writeBytes(
  path: string,
  bytes: Buffer,
  { append = false, signal }: { append?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (!(await isPipe(path))) return append ? appendFile(path, bytes) : writeFile(path, bytes);
  const socket = openPipe(path, constants.O_WRONLY, signal);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.end(bytes, resolve);
  });
}

/** Whether a path leads to a named pipe, or to a descriptor of one. */
export async function isPipe(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFIFO(),
    () => false,
  );
}

function openPipe(path: string, mode: number, signal: AbortSignal | undefined): Socket {
  signal?.throwIfAborted();
  const isRead = mode === constants.O_RDONLY;
  return new Socket({
    fd: openSync(path, mode | constants.O_NONBLOCK),
    readable: isRead,
    writable: !isRead,
    ...(signal && { signal }),
  });
}
