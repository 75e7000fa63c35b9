/** Shows on a terminal how far a large file has been read. */
import { basename } from 'node:path';
import { safeText } from '../../lib/text/safe-text.js';

/** Reads that take less time are not worth a line. */
const SHOW_AFTER_MS = 500;
const UPDATE_EVERY_MS = 200;

/** The progress of reading one file, on one line that the next line printed may replace. On anything but a terminal nothing is printed. */
export function trackProgress(path: string): { report(fraction: number): void; clear(): void } {
  const startedAt = performance.now();
  let shownAt = startedAt + SHOW_AFTER_MS - UPDATE_EVERY_MS;
  let shown = false;
  return {
    report(fraction) {
      const now = performance.now();
      if (!process.stderr.isTTY || now - shownAt < UPDATE_EVERY_MS) return;
      shownAt = now;
      shown = true;
      process.stderr.write(`\r\u001b[KReading ${safeText(basename(path))}: ${Math.floor(fraction * 100)} %`);
    },
    /** Removes the line, before anything else is printed and at the end. */
    clear() {
      if (shown) process.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
