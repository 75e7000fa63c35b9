/** A candidate to measure; a run returns its own figure, in any unit. */
export type Candidate = Readonly<{ name: string; run: () => number | Promise<number> }>;

/**
 * The median figure of each candidate. They alternate within each round, so that other load on the machine affects all
 * of them equally; the first rounds are warm-up and do not count. Garbage is collected before each run unless `collect` is false.
 */
export async function medians(
  candidates: readonly Candidate[],
  options: { rounds: number; warmup?: number; collect?: boolean },
): Promise<Map<string, number>> {
  const { rounds, warmup = 3, collect = true } = options;
  const figures = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const { name, run } of candidates) {
      if (collect) globalThis.gc?.();
      const figure = await run();
      if (round >= 0) figures.get(name)!.push(figure);
    }
  }
  return new Map([...figures].map(([name, values]) => [name, median(values)]));
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
