import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { medians } from './measure.js';
import { amount, atMost, times, type Row, type Section } from './report.js';
import { runTraced, tracedChain } from './traced-run.js';

const STORES = [20, 100, 1000, 10_000];
const LENGTHS = [100, 1000, 10_000];

/** What tracing costs a node, over stores and runs of every size, beside what others cost that tell less. */
export async function measureTracing(rounds: number): Promise<Section[]> {
  const sections: Section[] = [];
  for (const keys of STORES) sections.push(await measureStore(keys, rounds));
  return [...sections, await measureLengths(rounds), await measureUntraced(rounds * 3), await measureBytes()];
}

async function measureStore(keys: number, rounds: number): Promise<Section> {
  const nodes = 1000;
  // Those that copy the store get a short chain, which adds little to it: a long one would make them look worse than they are.
  const few = 10;
  const figures = await turns(rounds, [
    ['bare', nodes, keys],
    ['pflow', nodes, keys],
    ['otel-spans', nodes, keys],
    ['otel-state', few, keys],
    ['clone', few, keys],
    ['stringify', few, keys],
  ]);
  const bare = figures.get('bare')!;
  const added = (name: string): number => figures.get(name)! - bare;
  const beside = (what: string, name: string): Row => ({
    what,
    measured: amount(added(name), 'µs'),
    ratio: `${times(added(name) / added('pflow'))} of pflow`,
  });
  return {
    title: `Tracing a node, store of ${keys.toLocaleString('en-US')} keys`,
    note: `Added to the ${amount(bare, 'µs')} that a node takes untraced: 3 phases, 1 parameter, 2 keys written.`,
    rows: [
      atMost('pflow: spans, parameters and state, in the file', added('pflow'), 40, 'µs'),
      {
        ...beside('OpenTelemetry: spans alone, in a file', 'otel-spans'),
        budget: 'more than pflow',
        met: added('otel-spans') > added('pflow'),
      },
      beside('OpenTelemetry: the store before and after as attributes', 'otel-state'),
      beside('structuredClone before and after, kept in memory', 'clone'),
      beside('JSON.stringify before and after, in a file', 'stringify'),
    ],
  };
}

async function measureLengths(rounds: number): Promise<Section> {
  const contest = LENGTHS.map((nodes): Contest => ['pflow', nodes, 100]);
  const figures = await turns(rounds, contest, ([, nodes]) => String(nodes));
  return {
    title: 'Tracing runs of every length',
    note: 'A node in all, tracing on, store of 100 keys.',
    rows: LENGTHS.map((nodes) => ({
      what: `${nodes.toLocaleString('en-US')} nodes`,
      measured: amount(figures.get(String(nodes))!, 'µs'),
      ratio: times(figures.get(String(nodes))! / figures.get('1000')!),
    })),
  };
}

/** A node in the tracing wrapper, in a run without a sink, beside the same node without the wrapper. */
async function measureUntraced(rounds: number): Promise<Section> {
  const figures = await turns(rounds, [
    ['bare', 5000, 100],
    ['no-sink', 5000, 100],
  ]);
  const bare = figures.get('bare')!;
  const wrapped = figures.get('no-sink')!;
  const ratio = `${times(wrapped / bare)} of ${amount(bare, 'µs')}`;
  return {
    title: 'Not tracing',
    rows: [atMost('a node with no sink in the store', wrapped - bare, 1, 'µs', ratio)],
  };
}

async function measureBytes(): Promise<Section> {
  const nodes = 1000;
  const flow = tracedChain(nodes);
  const rows: Row[] = [];
  for (const keys of STORES) {
    const { bytes, values } = await runTraced(flow, nodes, keys);
    const what = `bytes a node beyond its values, store of ${keys.toLocaleString('en-US')} keys`;
    rows.push(atMost(what, bytes - values, 1000, 'B', `${amount(bytes, 'B')} in all`));
  }
  return { title: 'The trace file', rows };
}

/** A contestant (see contestant.ts), the nodes of its chain and the keys of its store. */
type Contest = readonly [name: string, nodes: number, keys: number];

/** The median µs a node of each contestant, every one in its own process, one at a time. */
async function turns(
  rounds: number,
  contests: readonly Contest[],
  nameOf: (contest: Contest) => string = ([name]) => name,
): Promise<Map<string, number>> {
  const children = contests.map((contest) => {
    const args = contest.map(String);
    return {
      name: nameOf(contest),
      child: fork(join('.bench', 'contestant.mjs'), args),
    };
  });
  const candidates = children.map(({ name, child }) => ({ name, run: () => answerOf(child) }));
  try {
    return await medians(candidates, { rounds, warmup: 1 });
  } finally {
    for (const { child } of children) child.kill();
  }
}

function answerOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`A contestant ended with ${code}.`));
    child.once('exit', died);
    child.once('message', (figure) => {
      child.off('exit', died);
      resolve(Number(figure));
    });
    child.send('run', (error) => error && reject(error));
  });
}
