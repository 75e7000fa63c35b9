/** Memoizes what is derived from names in other software's data: the memo is bounded, whatever that data contains. */

const MAX_NAMES = 2000;
const MAX_LENGTH = 100;

/** The value for a name, computed once unless the memo is full or the name is long. */
export function memoized<Value>(memo: Map<string, Value>, name: string, compute: () => Value): Value {
  const known = memo.get(name);
  if (known !== undefined) return known;
  const value = compute();
  if (memo.size < MAX_NAMES && name.length <= MAX_LENGTH) memo.set(name, value);
  return value;
}
