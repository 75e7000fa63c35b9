/** Writes what the tap observes to a file that another process reads. */

import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findCaller } from './caller-frame.js';
import type { TapListener } from '../exchange/listener.js';
import type { SpoolMessage } from './spool-messages.js';
import { describeStep } from './step-messages.js';

/** A file larger than this is followed by the next one. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The file of this process. It is written synchronously, so that nothing is lost when the process exits at once. It has no effect
 * on the program: without its folder, or a reader that removes what it has read, it becomes silent.
 */
class SpoolFile {
  readonly #folder: string;
  readonly #name = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  #fd: number | undefined;
  #count = 0;
  #bytes = 0;
  #broken = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(message: SpoolMessage): void {
    if (this.#broken) return;
    try {
      if (this.#fd === undefined) this.#open();
      this.#bytes += writeSync(this.#fd!, `${JSON.stringify(message)}\n`);
      if (this.#bytes > MAX_FILE_BYTES) this.#close();
    } catch {
      this.#broken = true;
    }
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  #open(): void {
    // Two files that were not removed: there is no reader.
    if (this.#count >= 2 && existsSync(this.#pathOf(this.#count - 2))) throw new Error('no reader');
    this.#fd = openSync(this.#pathOf(this.#count), 'wx', 0o600);
    this.#bytes = 0;
    if (this.#count++ > 0) return;
    const title = process.argv[1] === undefined ? process.argv0 : basename(process.argv[1]);
    this.write({ kind: 'process', pid: process.pid, ppid: process.ppid, title, at: epochMs() });
  }

  #close(): void {
    closeSync(this.#fd!);
    this.#fd = undefined;
  }

  #pathOf(count: number): string {
    return join(this.#folder, `${this.#name}.${String(count).padStart(6, '0')}.jsonl`);
  }
}

/** Reports the requests of this process to the folder; `beforeExit` is called before the last message. */
export function createSpoolListener(folder: string, beforeExit: () => void): TapListener {
  const file = new SpoolFile(folder);
  let count = 0;
  process.on('exit', () => {
    beforeExit();
    if (file.isOpen) file.write({ kind: 'exit', at: epochMs() });
  });
  return {
    onRequest({ method, url, headers, startedAt, client }, handle) {
      const exchange = ++count;
      const frame = client === 'worker' ? undefined : findCaller();
      file.write({
        kind: 'request',
        exchange,
        at: performance.timeOrigin + startedAt,
        method,
        url: withoutSecrets(url),
        headers: keepHeaders(headers, requestHeaders),
        ...(frame === undefined ? {} : { frame }),
      });
      return {
        onRequestBody: (body) =>
          file.write({
            kind: 'body',
            exchange,
            at: epochMs(),
            ...(body ? { body: toBase64(body) } : {}),
            ...(handle.step === undefined ? {} : { step: handle.step }),
          }),
        onResponse: (status, received) =>
          file.write({
            kind: 'response',
            exchange,
            at: epochMs(),
            status,
            headers: keepHeaders(received, responseHeaders),
          }),
        onResponseData: (chunk) =>
          file.write({ kind: 'data', exchange, at: epochMs(), data: toBase64(chunk) }),
        onEnd: ({ outcome, error }) =>
          file.write({ kind: 'end', exchange, at: epochMs(), outcome, ...describeError(error) }),
      };
    },
    onStep: (event) => file.write(describeStep(event, epochMs())),
  };
}

/** What the parser of requests reads; keys are in other headers. */
const requestHeaders = /^(?:content-type|ai-.*)$/;

/** Everything but cookies: the ids, costs and limits of providers have many names. */
const responseHeaders = /^(?!set-cookie|.*auth)/;

function keepHeaders(
  headers: Readonly<Record<string, string>>,
  kept: RegExp,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name)));
}

/** Some providers take the key in the query; the parser of requests reads only the model there. */
function withoutSecrets(url: string): string {
  const [address = '', query] = url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1').split('?');
  const model = query?.split('&').find((each) => each.startsWith('model='));
  return model === undefined ? address : `${address}?${model}`;
}

function describeError(error: unknown): Pick<Extract<SpoolMessage, { kind: 'end' }>, 'error'> {
  if (typeof error !== 'object' || error === null) return {};
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  return {
    error: {
      name: String(name),
      message: String(message),
      ...(code === undefined ? {} : { code: String(code) }),
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
