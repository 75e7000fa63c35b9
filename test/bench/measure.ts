/** One thing to measure; a run gives its own figure, in whatever unit. */
export type Candidate = Readonly<{ name: string; run: () => number | Promise<number> }>;

/**
 * The median figure of each candidate. They take turns within each round, so that whatever else the machine does meets all
 * of them alike; the first rounds warm up and do not count.
 */
export async function medians(
  candidates: readonly Candidate[],
  options: { rounds: number; warmup?: number },
): Promise<Map<string, number>> {
  const { rounds, warmup = 3 } = options;
  const figures = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const { name, run } of candidates) {
      globalThis.gc?.();
      const figure = await run();
      if (round >= 0) figures.get(name)!.push(figure);
    }
  }
  return new Map([...figures].map(([name, values]) => [name, median(values)]));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
