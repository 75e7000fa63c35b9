/** Waits for a value that a module puts on globalThis, whichever copy of it is loaded first. */

/**
 * Calls `use` with the value under this symbol, now or when it is assigned; afterwards the property is an ordinary one. Returns what
 * stops the waiting.
 */
export function onGlobal(key: symbol, use: (value: object) => void): () => void {
  const present: unknown = Reflect.get(globalThis, key);
  if (typeof present === 'object' && present !== null) {
    use(present);
    return () => {};
  }
  if (Object.getOwnPropertyDescriptor(globalThis, key)) return () => {};
  const set = (value: unknown): void => {
    Object.defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: true });
    if (typeof value === 'object' && value !== null) use(value);
  };
  Object.defineProperty(globalThis, key, { get: () => undefined, set, configurable: true });
  return () => {
    if (Object.getOwnPropertyDescriptor(globalThis, key)?.set === set)
      Reflect.deleteProperty(globalThis, key);
  };
}
