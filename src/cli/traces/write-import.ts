/** Writes a foreign run as a pflow trace: redacted, with its full values next to it. */
import { closeSync, openSync } from 'node:fs';
import { pflowVersion } from '../../lib/version.js';
import { emitRun } from '../../importers/frame/emit-run.js';
import type { ImportedTrace } from '../../importers/import-trace.js';
import { BlobFile, toBlobPath } from '../../trace/blobs/blob-writer.js';
import { createCapture } from '../../trace/capture/capture.js';
import type { EventOf } from '../../trace/event/event.js';
import { createRedactor } from '../../trace/redact/redact.js';
import { JsonlBuffer } from '../../trace/write/jsonl.js';

const FLUSH_AT_BYTES = 1 << 20;

/**
 * Writes the events of a foreign run to a new file (0600) and returns the first of them. Equal runs give equal files. Throws
 * where it cannot be written.
 */
export function writeImport({ run }: ImportedTrace, path: string): EventOf<'run.started'> {
  const level = 'preview';
  const values = new BlobFile(toBlobPath(path), (why) => {
    throw new Error(why);
  });
  const capture = createCapture({
    level,
    redactor: createRedactor({ env: process.env }),
    storeBlob: (whole) => values.storeBlob(whole),
  });
  const fd = openSync(path, 'wx', 0o600);
  const buffer = new JsonlBuffer();
  // Values are written before the events that refer to them.
  const flush = (): void => {
    values.flushNow();
    buffer.writeTo(fd);
  };
  let started: EventOf<'run.started'> | undefined;
  try {
    for (const event of emitRun(run, { capture, level, redact: true, version: pflowVersion() })) {
      if (event.type === 'run.started') started = event;
      buffer.add(event);
      if (buffer.length >= FLUSH_AT_BYTES) flush();
    }
    flush();
  } finally {
    values.close();
    closeSync(fd);
  }
  return started!;
}
