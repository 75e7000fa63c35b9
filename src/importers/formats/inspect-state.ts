/** Replays the state of an Inspect sample from the JSON Patches (RFC 6902) in its log. */
import { escapePointerSegment, parsePointer } from '../../lib/data/json-pointer.js';
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { MarkDetail } from '../frame/foreign-run.js';
import { diffState } from '../frame/diff-state.js';

/**
 * The changes of a sample's state, one per event with changes. The state is cached for the next event, because events are
 * usually read in order; otherwise it is recomputed.
 */
export class StateReplay {
  readonly #under: string;
  readonly #eventAt: (index: number) => Fields;
  readonly #events: number[] = [];
  #state: Fields = {};
  #next = 0;

  constructor(sample: string, eventAt: (index: number) => Fields) {
    this.#under = escapePointerSegment(sample);
    this.#eventAt = eventAt;
  }

  /** Registers an event that sets or changes the state. */
  add(index: number): void {
    this.#events.push(index);
  }

  /** Returns the changes of an event. */
  read(index: number): MarkDetail | undefined {
    const position = this.#events.indexOf(index);
    if (position < this.#next) [this.#state, this.#next] = [{}, 0];
    while (this.#next < position) this.#apply();
    const before = this.#state;
    this.#apply();
    return diffState(before, this.#state, this.#under);
  }

  #apply(): void {
    const event = this.#eventAt(this.#events[this.#next++]!);
    if (event['event'] === 'sample_init') {
      this.#state = asFields(event['state']) ?? {};
      return;
    }
    const changed: unknown = structuredClone(
      event['event'] === 'store' ? (this.#state['store'] ?? {}) : this.#state,
    );
    const patched = toList(event['changes']).reduce(applyPatch, changed);
    this.#state = event['event'] === 'store' ? { ...this.#state, store: patched } : (asFields(patched) ?? {});
  }
}

/** Applies one operation in place and returns the document. An operation that does not match the document is skipped. */
function applyPatch(document: unknown, operation: unknown): unknown {
  const path = parsePointer(String(getField(operation, 'path') ?? ''));
  const value = getField(operation, 'value');
  if (path.length === 0) return getField(operation, 'op') === 'remove' ? undefined : value;
  const holder = at(document, path.slice(0, -1));
  const key = path.at(-1)!;
  switch (getField(operation, 'op')) {
    case 'add':
    case 'replace':
      put(holder, key, value, getField(operation, 'op') === 'add');
      return document;
    case 'remove':
      take(holder, key);
      return document;
    case 'copy':
    case 'move': {
      const from = parsePointer(String(getField(operation, 'from') ?? ''));
      const source = at(document, from.slice(0, -1));
      const moved = at(document, from);
      if (getField(operation, 'op') === 'move') take(source, from.at(-1) ?? '');
      put(holder, key, structuredClone(moved), true);
      return document;
    }
    default:
      return document;
  }
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? (value as unknown[])[Number(key)] : getField(value, key)),
    document,
  );
}

function put(holder: unknown, key: string, value: unknown, insert: boolean): void {
  if (Array.isArray(holder)) {
    const index = key === '-' ? holder.length : Number(key);
    if (Number.isInteger(index) && index <= holder.length) holder.splice(index, insert ? 0 : 1, value);
  } else if (typeof holder === 'object' && holder !== null) {
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

function take(holder: unknown, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, key);
}
