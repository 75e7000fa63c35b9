/** A record of numbers without some of its names. */

export function omit(
  record: Readonly<Record<string, number>>,
  ...names: readonly string[]
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
