/** Executes rounds of runs; returns and prints the median heap size after the rounds of each quarter, in MB. */
export async function heapByQuarter(rounds: number, round: () => Promise<void>): Promise<readonly number[]> {
  const heap: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await round();
    heap.push(heapMb());
  }
  const quarter = heap.length / 4;
  const quarters = [0, 1, 2, 3].map((i) => median(heap.slice(i * quarter, (i + 1) * quarter)));
  process.stdout.write(`Heap by quarter, in MB: ${quarters.map((mb) => mb.toFixed(2)).join(', ')}\n`);
  return quarters;
}

function heapMb(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
