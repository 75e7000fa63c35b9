/** Removes what binary fractions add to a figure in its last digits. */

/** A figure to 12 significant digits: 0.00007999999999999999 becomes 0.00008. For a value that is written, not summed. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
