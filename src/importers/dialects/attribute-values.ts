/** Reads attribute values in the forms that instrumentations write: JSON texts, numeric texts and flattened lists. */
import type { Attributes } from '../../otlp/decode/received.js';

/** The first of the attributes that is a non-empty text. */
export function textAt(attributes: Attributes, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of the attributes that is a number or numeric text. */
export function numberAt(attributes: Attributes, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = attributes[name];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** The first of the attributes that is present; JSON text is parsed. */
export function jsonAt(attributes: Attributes, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined && value !== null) return parseJson(value);
  }
  return undefined;
}

/** JSON text of an object, an array or a text as that value; anything else unchanged. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The attributes whose names begin with one of the prefixes; undefined without any. */
export function withPrefix(attributes: Attributes, ...prefixes: readonly string[]): Attributes | undefined {
  const found = Object.entries(attributes).filter(([name]) =>
    prefixes.some((prefix) => name.startsWith(prefix)),
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/**
 * The list that is flattened under a prefix: `p.0.role`, `p.1.content` … as `[{role}, {content}]`; undefined without any.
 * Numbers in a path are list indexes.
 */
export function unflatten(attributes: Attributes, prefix: string): unknown {
  let root: Node | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith(`${prefix}.`)) continue;
    root ??= new Map();
    let node = root;
    const path = name.slice(prefix.length + 1).split('.');
    for (const step of path.slice(0, -1)) {
      const next = node.get(step);
      if (next instanceof Map) node = next;
      else node.set(step, (node = new Map<string, unknown>()));
    }
    node.set(path.at(-1)!, value);
  }
  return root && toPlain(root);
}

type Node = Map<string, unknown>;

function toPlain(node: unknown): unknown {
  if (!(node instanceof Map)) return node;
  const entries = [...(node as Node)].map(([key, value]) => [key, toPlain(value)] as const);
  if (entries.length === 0 || !entries.every(([key]) => /^\d{1,6}$/.test(key)))
    return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}

/** Flattens nested objects to dotted names: some exports nest attributes that OpenTelemetry keeps flat. */
export function flatten(value: unknown, prefix = '', into: Record<string, unknown> = {}): Attributes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return into;
  for (const [key, each] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof each === 'object' && each !== null && (!Array.isArray(each) || each.some(isObject))) {
      flatten(Array.isArray(each) ? { ...(each as unknown[]) } : each, name, into);
    } else {
      into[name] = each;
    }
  }
  return into;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
