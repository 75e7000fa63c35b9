/** Parses a human byte size such as `500MB`, `2 GB` or `1000000` (powers of 1000) to bytes; undefined if it is invalid. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * factors[unit.toLowerCase()]!);
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
