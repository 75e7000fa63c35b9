import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Figures, Question } from './contestant.js';
import { medians } from './measure.js';

/** A contestant (see contestant.ts), the nodes of its chain and the keys of its store. */
export type Contest = readonly [name: string, nodes: number, keys: number];

/** The figures of each contestant, with the median of its times. Each runs in its own process; they alternate. */
export async function turns(rounds: number, contests: readonly Contest[]): Promise<Map<Contest, Figures>> {
  const last = new Map<Contest, Figures>();
  const children = contests.map((contest, index) => {
    const child = start(contest, 'warm');
    const run = async (): Promise<number> => {
      const figures = await ask<Figures>(child, 'run');
      last.set(contest, figures);
      return figures.time;
    };
    return { child, candidate: { name: String(index), run } };
  });
  try {
    const candidates = children.map(({ candidate }) => candidate);
    const times = await medians(candidates, { rounds, warmup: 1 });
    return new Map(
      contests.map((contest, index) => [contest, { ...last.get(contest)!, time: times.get(String(index))! }]),
    );
  } finally {
    for (const { child } of children) child.kill();
  }
}

/** The figures of one run in a new process, with its peak memory in bytes. */
export async function once(contest: Contest): Promise<Figures & Readonly<{ peak: number }>> {
  const child = start(contest, 'cold');
  try {
    const figures = await ask<Figures>(child, 'run');
    return { ...figures, peak: await ask<number>(child, 'peak') };
  } finally {
    child.kill();
  }
}

function start(contest: Contest, warmth: 'warm' | 'cold'): ChildProcess {
  return fork(join('.bench', 'contestant.mjs'), [...contest.map(String), warmth]);
}

function ask<Answer>(child: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null, signal: string | null): void =>
      reject(new Error(`A contestant ended with ${code ?? signal}.`));
    child.once('exit', died);
    child.once('message', (answer) => {
      child.off('exit', died);
      resolve(answer as Answer);
    });
    child.send(question, (error) => error && reject(error));
  });
}
