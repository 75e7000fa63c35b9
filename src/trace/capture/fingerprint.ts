/** Hashes live values completely, without building their captured form. */
import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { TEXT_PER_NODE } from './capture-limits.js';
import type { Redactor } from '../redact/redact.js';

/** The sha256 of text (as UTF-8) or bytes, in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export type FingerprintOptions = Readonly<{
  redactor: Redactor;
  /** Called for every object visited. */
  onObject: ((object: object) => void) | undefined;
  /** Remaining nodes to visit; anything beyond is ignored. Shared by the hashes of one value. */
  budget: { nodes: number };
}>;

/**
 * A sha256 over all of a value, however large or deep: two values that differ anywhere have different hashes, except
 * where they are masked. Unlike the captured form it stores nothing.
 */
export function fingerprint(value: object, options: FingerprintOptions): string {
  const { redactor, onObject, budget } = options;
  const hash = createHash('sha256');
  const numbers = new Map<object, number>();
  const open: Iterator<unknown>[] = [[value].values()];
  let buffered = '';
  while (open.length && budget.nodes-- > 0) {
    const { done, value: part } = nextOf(open.at(-1)!);
    if (done) open.pop();
    else if (typeof part === 'string') {
      buffered += `s${part.length}:${redactor.text(part)}`;
      budget.nodes -= Math.floor(part.length / TEXT_PER_NODE);
    } else if (typeof part !== 'object' || part === null) buffered += `${typeof part}:${String(part)};`;
    else if (numbers.has(part)) buffered += `@${numbers.get(part)};`;
    else {
      numbers.set(part, numbers.size);
      onObject?.(part);
      open.push(partsOf(part, redactor));
    }
    if (buffered.length > 65_536) {
      hash.update(buffered);
      buffered = '';
    }
  }
  return hash.update(buffered).digest('hex');
}

/** Getters and proxies may throw anywhere; the rest of that object is then ignored. */
function nextOf(parts: Iterator<unknown>): { done?: boolean | undefined; value: unknown } {
  try {
    return parts.next();
  } catch {
    return { value: '!threw' };
  }
}

function* partsOf(value: object, redactor: Redactor): Generator<unknown, undefined> {
  if (Array.isArray(value)) {
    yield `[${value.length}`;
    for (let i = 0; i < value.length; i++) yield value[i];
  } else if (types.isMap(value)) {
    yield `map${value.size}`;
    for (const [key, each] of value) {
      yield key;
      yield (typeof key === 'string' && redactor.byKey(key, each)) || each;
    }
  } else if (types.isSet(value)) {
    yield `set${value.size}`;
    yield* value;
  } else if (types.isDate(value)) {
    yield value.getTime();
  } else if (ArrayBuffer.isView(value)) {
    yield sha256(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else {
    yield '{';
    for (const key of Object.keys(value)) {
      const field = (value as Record<string, unknown>)[key];
      yield key;
      yield redactor.byKey(key, field) ?? field;
    }
  }
  yield '}';
}
