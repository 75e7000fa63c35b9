import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action, RunContext, Runnable, Shared } from '../../src/runtime/contract/runnable.js';
import { outputFolder } from './output-folder.js';

/** Keeps a deep copy of the store before and after each node of the last run, as a debugger without events would. */
export class CloneWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  kept: unknown[] = [];

  constructor(inner: Runnable) {
    this.id = inner.id;
    this.#inner = inner;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const before = structuredClone(shared);
    const action = await this.#inner.run(shared, context);
    this.kept = [before, structuredClone(shared)];
    return action;
  }
}

/** Writes the store before and after each node as JSON. */
export class StringifyWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;

  constructor(inner: Runnable) {
    this.id = inner.id;
    this.#inner = inner;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const before = JSON.stringify(shared);
    const action = await this.#inner.run(shared, context);
    const lines = `${before}\n${JSON.stringify(shared)}\n`;
    writeFileSync(join(outputFolder, `state-${process.pid}.jsonl`), lines);
    written += Buffer.byteLength(lines);
    return action;
  }
}

let written = 0;

/** Bytes that StringifyWrapper has written so far. */
export function writtenAsJson(): number {
  return written;
}
