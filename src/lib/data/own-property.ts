/** Gets and sets the own properties of records whose keys are data, such as `constructor` and `__proto__`. */

/** Sets an own property of a record. Plain assignment to the key `__proto__` would set the prototype instead. */
export function setOwn<T>(record: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The own property of a record. Plain access with the key `constructor` would find what every object inherits. */
export function getOwn<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
