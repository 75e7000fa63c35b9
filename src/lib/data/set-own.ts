/** Sets own properties safely, including the key `__proto__`. */

/** Sets an own property of a record. Plain assignment to the key `__proto__` would set the prototype instead. */
export function setOwn<T>(record: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}
