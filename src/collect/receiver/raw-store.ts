/** Keeps received telemetry on disk as it was received, a file per run, before anything is converted. */

import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../../lib/private-files.js';
import type { OtlpMessage } from './receive-otlp.js';

/** How long the file of a run is kept for spans that are late, in ms. */
const KEPT_MS = 24 * 3600 * 1000;

/** The most bytes that are kept: what is converted is in the traces. */
const MAX_BYTES = 1024 ** 3;

type Item = Readonly<Record<string, unknown>>;

/**
 * Appends each message to the files of its runs at once, so that a killed process loses nothing that it has answered. The spans of one
 * trace are a run; what a coding agent sends is the run of its session, whichever signal it is in. The rest belongs to its service.
 */
export class RawStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** The bytes of all files in the folder. */
  #bytes = 0;
  /** The runs that are not converted in their present state, by path: when something was added last. */
  readonly #changed = new Map<string, number>();

  /** Opens the folder. What an earlier process left unconverted is to be converted. */
  constructor(folder: string, maxBytes = MAX_BYTES) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    makePrivateFolder(folder);
    for (const name of readdirSync(folder).filter((each) => each.endsWith(RAW))) {
      const path = join(folder, name);
      const writtenAt = mtimeOf(path);
      if (writtenAt > mtimeOf(markOf(path))) this.#changed.set(path, -Infinity);
      else if (writtenAt < Date.now() - KEPT_MS)
        for (const each of [path, markOf(path)]) rmSync(each, { force: true });
      this.#bytes += sizeOf(path);
    }
  }

  /** Throws where a file cannot be written, and where the limit is reached and everything is still to be converted. */
  add({ json }: Pick<OtlpMessage, 'json'>): void {
    if (this.#bytes > this.#maxBytes) this.#removeConverted();
    for (const [key, message] of splitByRun(json)) {
      const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
      const path = join(this.#folder, `${hash}${RAW}`);
      const line = `${JSON.stringify(message)}\n`;
      appendFileSync(path, line, { mode: 0o600 });
      this.#bytes += Buffer.byteLength(line);
      this.#changed.set(path, performance.now());
    }
  }

  /** Removes converted files, the oldest first, until half of the limit is free. */
  #removeConverted(): void {
    const converted = readdirSync(this.#folder)
      .filter((name) => name.endsWith(RAW))
      .map((name) => join(this.#folder, name))
      .filter((path) => !this.#changed.has(path))
      .toSorted((a, b) => mtimeOf(a) - mtimeOf(b));
    for (const path of converted) {
      if (this.#bytes <= this.#maxBytes / 2) return;
      this.#bytes -= sizeOf(path);
      for (const each of [path, markOf(path)]) rmSync(each, { force: true });
    }
    if (this.#bytes > this.#maxBytes)
      throw new Error(`The limit of ${this.#maxBytes} bytes in ${this.#folder} is reached.`);
  }

  /** The files to which nothing was added for this long, in ms; the caller converts them. */
  takeQuiet(quietMs: number): string[] {
    const now = performance.now();
    const quiet = [...this.#changed].filter(([, at]) => now - at >= quietMs).map(([path]) => path);
    for (const path of quiet) this.#changed.delete(path);
    return quiet;
  }

  /** Marks a file as converted, unless something was added meanwhile. */
  markConverted(path: string): void {
    if (!this.#changed.has(path)) writeFileSync(markOf(path), '', { mode: 0o600 });
  }
}

const RAW = '.otlp.jsonl';

function markOf(path: string): string {
  return `${path}.converted`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function mtimeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

const signals = [
  ['resourceSpans', 'scopeSpans', 'spans'],
  ['resourceLogs', 'scopeLogs', 'logRecords'],
  ['resourceMetrics', 'scopeMetrics', 'metrics'],
] as const;

/** A message by run: each has the items of that run with their resource and scope. */
export function splitByRun(json: object): ReadonlyMap<string, object> {
  const runs = new Map<string, Record<string, Item[]>>();
  for (const [groups, parts, items] of signals) {
    for (const group of listOf(json as Item, groups)) {
      const service = attributeOf(group['resource'] as Item, 'service.name') ?? '';
      for (const part of listOf(group, parts)) {
        const byKey = new Map<string, Item[]>();
        for (const item of listOf(part, items)) {
          const key = keyOf(item, service);
          byKey.set(key, [...(byKey.get(key) ?? []), item]);
        }
        for (const [key, own] of byKey) {
          const message = runs.get(key) ?? {};
          runs.set(key, message);
          (message[groups] ??= []).push({ ...group, [parts]: [{ ...part, [items]: own }] });
        }
      }
    }
  }
  return runs;
}

/** Agents that report one session in several traces, and in log events without a trace. */
const agents = /^(?:claude-code|codex|gemini-cli|opencode|goose|copilot|github-copilot)/;

function keyOf(item: Item, service: string): string {
  const session = agents.test(service)
    ? (attributeOf(item, 'session.id') ?? attributeOf(item, 'conversation.id'))
    : undefined;
  if (session !== undefined) return `session/${session}`;
  const trace = item['traceId'];
  return typeof trace === 'string' && trace !== '' ? `trace/${trace.toLowerCase()}` : `service/${service}`;
}

function attributeOf(holder: Item | undefined, name: string): string | undefined {
  for (const { key, value } of listOf(holder ?? {}, 'attributes')) {
    const text = (value as Item | undefined)?.['stringValue'];
    if (key === name && typeof text === 'string' && text !== '') return text;
  }
  return undefined;
}

function listOf(holder: Item, name: string): readonly Item[] {
  const list = holder[name];
  return Array.isArray(list)
    ? (list as unknown[]).filter((each): each is Item => typeof each === 'object' && each !== null)
    : [];
}
