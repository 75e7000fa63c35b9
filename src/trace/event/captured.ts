/**
 * A value as a trace holds it: JSON, bounded and redacted. Plain JSON stands for itself; what JSON cannot say, and what
 * was cut or masked, is an object with the one reserved key `$` that names what it is.
 */
export type Captured =
  string | number | boolean | null | readonly Captured[] | { readonly [key: string]: Captured } | Marked;

/** The fields of an object. */
export type Fields = { readonly [key: string]: Captured } | FieldsWithMark;

/** A plain object that has a key `$` of its own. */
type FieldsWithMark = {
  readonly $: 'object';
  readonly entries: readonly (readonly [string, Captured])[];
};

/** The marked forms, by their `$`. Sizes are in UTF-16 units for text, elements for collections, bytes for binary. */
export type Marked =
  | { readonly $: 'undefined' }
  /** NaN, Infinity, -Infinity, -0. */
  | { readonly $: 'number'; readonly value: string }
  | { readonly $: 'bigint'; readonly value: string }
  | { readonly $: 'symbol'; readonly value: string }
  | { readonly $: 'function'; readonly name: string }
  | { readonly $: 'date'; readonly value: string }
  | { readonly $: 'regexp'; readonly value: string }
  | { readonly $: 'url'; readonly value: string }
  | { readonly $: 'error'; readonly name: string; readonly message: string; readonly stack?: string }
  | {
      readonly $: 'map';
      readonly size: number;
      readonly entries: readonly (readonly [Captured, Captured])[];
      readonly sha256?: string;
    }
  | {
      readonly $: 'set';
      readonly size: number;
      readonly values: readonly Captured[];
      readonly sha256?: string;
    }
  | {
      readonly $: 'binary';
      readonly class: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly head: string;
    }
  | { readonly $: 'instance'; readonly class: string; readonly value: Captured }
  | { readonly $: 'promise' }
  | { readonly $: 'weak'; readonly class: string }
  /** A getter that threw. */
  | { readonly $: 'threw'; readonly message: string }
  /** The same object as the one at `path` (a JSON Pointer within this value): a cycle. */
  | { readonly $: 'cycle'; readonly path: string }
  | FieldsWithMark
  | {
      readonly $: 'cut-text';
      readonly head: string;
      readonly tail: string;
      readonly size: number;
      readonly sha256: string;
    }
  | {
      readonly $: 'cut-list';
      readonly head: readonly Captured[];
      readonly tail: readonly Captured[];
      readonly size: number;
      readonly sha256: string;
    }
  | {
      readonly $: 'cut-object';
      readonly head: Fields;
      readonly size: number;
      readonly sha256: string;
    }
  /** Too deep: what stood here, by its kind and size. */
  | { readonly $: 'deep'; readonly of: string; readonly size: number; readonly sha256: string }
  /** Masked: `by` says which rule. */
  | { readonly $: 'secret'; readonly by: string }
  /** Nothing was captured (`--capture none`): its kind and size only. */
  | { readonly $: 'omitted'; readonly of: string; readonly size: number };

/** Whether a captured value is one of the marked forms. */
export function isMarked(value: Captured): value is Marked {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof (value as { $?: unknown }).$ === 'string'
  );
}

/** The fields of an object, one by one. */
export function fieldsOf(fields: Captured | undefined): readonly (readonly [string, Captured])[] {
  if (typeof fields !== 'object' || fields === null) return [];
  if (!isMarked(fields)) return Object.entries(fields as { readonly [key: string]: Captured });
  return fields.$ === 'object' ? fields.entries : [];
}

/** A captured text as text again: of a cut one its head and tail, of one that was left out how long it was. */
export function capturedText(captured: Captured): string {
  if (typeof captured === 'string') return captured;
  if (!isMarked(captured)) return JSON.stringify(captured);
  if (captured.$ === 'cut-text') return `${captured.head}…${captured.tail}`;
  if (captured.$ === 'secret') return '[secret]';
  return 'size' in captured ? `(${captured.size} characters)` : `(${captured.$})`;
}

/** Whether two captured values are the same JSON, the order of the keys included. */
export function sameCaptured(a: Captured | undefined, b: Captured | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every((key, index) => key === others[index] && sameCaptured(fieldOf(a, key), fieldOf(b, key)))
  );
}

function fieldOf(captured: object, key: string): Captured | undefined {
  return (captured as Record<string, Captured>)[key];
}
