/** Replaces methods of objects that are not ours, and puts them back. */

/** A method of any object. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces `object[name]` by what `wrap` makes of it and returns the undo. An inherited method is shadowed: then `wrap` gets
 * one that looks it up each time. Restoring leaves a later patch of other code in place.
 */
export function patchMethod(object: object, name: string, wrap: (original: Method) => Method): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const parent = Object.getPrototypeOf(object) as object;
  const inherited: Method = function (this: unknown, ...args) {
    return (Reflect.get(parent, name) as Method).apply(this, args);
  };
  const original = before ? (before.value as Method) : inherited;
  const patched = wrap(original);
  copyShape(patched, before ? original : (Reflect.get(parent, name) as Method));
  Object.defineProperty(object, name, {
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
    value: patched,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== patched) return;
    if (before) Object.defineProperty(object, name, before);
    else delete (object as Record<string, unknown>)[name];
  };
}

/** Replaces a method of one object, such as a request; it goes away with that object. */
export function shadowMethod(object: object, name: string, wrap: (original: Method) => Method): void {
  const original = Reflect.get(object, name) as Method;
  Object.defineProperty(object, name, {
    configurable: true,
    writable: true,
    enumerable: false,
    value: copyShape(wrap(original), original),
  });
}

/** The name and length of a function are what programs see of it. */
function copyShape(patched: Method, original: Method): Method {
  Object.defineProperty(patched, 'name', { value: original.name, configurable: true });
  Object.defineProperty(patched, 'length', { value: original.length, configurable: true });
  return patched;
}
