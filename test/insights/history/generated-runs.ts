import type { Amounts, RunSample } from '../../../src/insights/history/run-sample.js';

/** Random numbers from 0 to 1 that a seed determines (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A log-normal factor around 1 with this spread. */
export function createNoise(random: () => number): (spread: number) => number {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (spread) => Math.exp(spread * normal());
}

/** How a workflow behaves: its nodes, each with its own amounts, and how much they vary from run to run. */
export type Behaviour = Readonly<{
  nodes: readonly Readonly<{ time: number; tokens: number; calls: number }>[];
  spread: number;
}>;

/** A workflow of 2 to 5 nodes of 0.1 to 20 s, most of which call a model, with a spread of 1 to 4 % in each node. */
export function createBehaviour(random: () => number): Behaviour {
  const nodes = Array.from({ length: 2 + Math.floor(random() * 4) }, () => {
    const calls = Math.floor(random() * 4);
    return { time: 100 * 200 ** random(), tokens: calls * (200 + random() * 5000), calls };
  });
  return { nodes, spread: 0.01 + random() * 0.03 };
}

/** A run of a workflow; `slower` multiplies the time of its nodes. */
export function generateRun(
  { nodes, spread }: Behaviour,
  random: () => number,
  { slower = 1, costlier = 1 }: Readonly<{ slower?: number; costlier?: number }> = {},
): RunSample {
  const noise = createNoise(random);
  const amounts = nodes.map(({ time, tokens, calls }): Amounts => {
    const used = Math.round(tokens * noise(spread / 2) * costlier);
    return { time: time * noise(spread) * slower, tokens: used, calls, cost: used * 4e-6 };
  });
  const sum = (metric: keyof Amounts) => amounts.reduce((total, each) => total + each[metric]!, 0);
  return {
    run: String(random()),
    at: '2026-01-01T00:00:00.000Z',
    workflow: 'digest',
    models: ['anthropic/claude-sonnet-5'],
    total: { time: sum('time'), cost: sum('cost'), tokens: sum('tokens'), calls: sum('calls') },
    nodes: new Map(amounts.map((each, i) => [`node${i}`, each])),
  };
}
