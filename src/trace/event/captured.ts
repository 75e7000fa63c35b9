/** Defines the captured form of values that traces store: plain JSON plus marked objects. */
/**
 * A value as a trace stores it: JSON, bounded and redacted. Plain JSON represents itself. What JSON cannot represent,
 * and what was truncated or masked, is an object with the reserved key `$` that names its form.
 */
export type Captured =
  string | number | boolean | null | readonly Captured[] | { readonly [key: string]: Captured } | Marked;

/** A captured object's fields. */
export type Fields = { readonly [key: string]: Captured } | FieldsWithMark;

/** Escaped form of a plain object that has an own key `$`. */
type FieldsWithMark = {
  readonly $: 'object';
  readonly entries: readonly (readonly [string, Captured])[];
};

/** The marked forms, discriminated by `$`. Sizes: UTF-16 units for text, elements for collections, bytes for binary. */
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
      readonly mediaType?: string;
    }
  | { readonly $: 'instance'; readonly class: string; readonly value: Captured }
  | { readonly $: 'promise' }
  | { readonly $: 'weak'; readonly class: string }
  /** A getter that threw. */
  | { readonly $: 'threw'; readonly message: string }
  /** Back reference to the object at `path` (a JSON Pointer within this value): a cycle. */
  | { readonly $: 'cycle'; readonly path: string }
  | FieldsWithMark
  | {
      readonly $: 'cut-text';
      readonly head: string;
      readonly tail: string;
      readonly size: number;
      readonly sha256: string;
      /** Bytes of UTF-8 in head and tail together. */
      readonly kept?: number;
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
  /** Nested too deeply: only the kind and size of the value. */
  | { readonly $: 'deep'; readonly of: string; readonly size: number; readonly sha256: string }
  /** Masked; `by` names the rule that matched. */
  | { readonly $: 'secret'; readonly by: string }
  /** Not captured (`--capture none`): only the kind and size. */
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

/** Entries of a captured object; empty for anything else. */
export function listFields(fields: Captured | undefined): readonly (readonly [string, Captured])[] {
  if (typeof fields !== 'object' || fields === null) return [];
  if (!isMarked(fields)) return Object.entries(fields as { readonly [key: string]: Captured });
  return fields.$ === 'object' ? fields.entries : [];
}

/** A captured value as display text: head and tail of a truncated text, a size for text that was left out. */
export function formatCaptured(captured: Captured): string {
  if (typeof captured === 'string') return captured;
  if (!isMarked(captured)) return JSON.stringify(captured);
  if (captured.$ === 'cut-text') return `${captured.head}…${captured.tail}`;
  if (captured.$ === 'secret') return '[secret]';
  return 'size' in captured ? `(${captured.size} characters)` : `(${captured.$})`;
}

/** Deep equality of two captured values; the order of keys counts. */
export function isSameCaptured(a: Captured | undefined, b: Captured | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every((key, index) => key === others[index] && isSameCaptured(fieldOf(a, key), fieldOf(b, key)))
  );
}

function fieldOf(captured: object, key: string): Captured | undefined {
  return (captured as Record<string, Captured>)[key];
}
