import type { Figures } from './contestant.js';
import { once, turns, type Contest } from './contestants.js';
import { amount, atMost, times, type Grid, type Row, type Section } from './report.js';
import { runTraced, tracedChain, valueBytes } from './traced-run.js';

const STORES = [20, 100, 1000, 10_000];
const LENGTHS = [100, 1000, 10_000];

/** The store size used for runs of every length, and the length used for stores of every size. */
const KEYS = 100;
const NODES = 100;

type Way = Readonly<{
  /** Its name in contestant.ts. */
  name: string;
  what: string;
  /** The number of nodes in its chain when its time is measured. */
  nodes: (keys: number) => number;
  /** Copies the entire store at each node, which earlier nodes have filled: a run is quadratic in its length. */
  copies?: boolean;
  /** Whether pflow must be faster. */
  isBudget?: boolean;
  /** Has fewer rounds because it takes long. */
  slow?: boolean;
}>;

const long = (): number => 1000;

// Contestants that copy the store get a short chain, which adds little to it: a long one would put them at a disadvantage.
const short = (): number => 10;

/** Every way of tracing, pflow first. */
const WAYS: readonly Way[] = [
  { name: 'pflow', what: 'pflow: spans, parameters and state, in the file', nodes: long },
  { name: 'otel-spans', what: 'OpenTelemetry: spans alone, in a file', nodes: long, isBudget: true },
  { name: 'otel-bare', what: 'OpenTelemetry: the same, a bare line a span', nodes: long, isBudget: true },
  {
    name: 'otel-state',
    what: 'OpenTelemetry: the store before and after as attributes',
    nodes: short,
    copies: true,
  },
  // Every run waits for its last batch, which would dominate a short one.
  { name: 'langsmith-spans', what: 'LangSmith: spans alone, sent', nodes: () => 500, slow: true },
  {
    name: 'langsmith-state',
    what: 'LangSmith: the store before and after, sent',
    nodes: (keys) => (keys > 1000 ? 50 : 100),
    copies: true,
    slow: true,
  },
  // A burst of more spans than its queue of 2,048 would be dropped.
  { name: 'langfuse-spans', what: 'Langfuse: spans alone, sent', nodes: () => 500 },
  { name: 'langfuse-state', what: 'Langfuse: the store before and after, sent', nodes: short, copies: true },
  { name: 'clone', what: 'structuredClone before and after, kept in memory', nodes: short, copies: true },
  { name: 'stringify', what: 'JSON.stringify before and after, in a file', nodes: short, copies: true },
];
const SLOW_ROUNDS = 3;

/** The longest run of contestants that copy the store: ten times as many nodes write a hundred times as much. */
const MOST_COPIED = 1000;

/** The cost of tracing per node, for stores and runs of every size, compared with tools that record less. */
export async function measureTracing(rounds: number): Promise<(Section | Grid)[]> {
  const stores = new Map<number, StoreFigures>();
  for (const keys of STORES) stores.set(keys, await measureStore(keys, rounds));
  return [
    ...[...stores].map(([keys, figures]) => storeSection(keys, figures)),
    sentByStore(stores),
    await peaksByStore(),
    ...(await measureLengths()),
    await measureUntraced(rounds * 3),
    await measureBytes(),
  ];
}

type StoreFigures = Readonly<{ bare: number; of: ReadonlyMap<Way, Figures> }>;

async function measureStore(keys: number, rounds: number): Promise<StoreFigures> {
  const contestOf = (way: Way): Contest => [way.name, way.nodes(keys), keys];
  const bare: Contest = ['bare', 1000, keys];
  const contests = new Map(WAYS.map((way) => [way, contestOf(way)]));
  const quick = WAYS.filter(({ slow }) => !slow).map((way) => contests.get(way)!);
  const slow = WAYS.filter(({ slow }) => slow).map((way) => contests.get(way)!);
  const figures = new Map([
    ...(await turns(rounds, [bare, ...quick])),
    ...(await turns(Math.min(rounds, SLOW_ROUNDS), slow)),
  ]);
  return {
    bare: figures.get(bare)!.time,
    of: new Map([...contests].map(([way, contest]) => [way, figures.get(contest)!])),
  };
}

function storeSection(keys: number, { bare, of }: StoreFigures): Section {
  const added = (way: Way): number => of.get(way)!.time - bare;
  const [pflow, ...others] = WAYS as readonly [Way, ...Way[]];
  const beside = (way: Way): Row => ({
    what: way.what + lost(of.get(way)!, way.nodes(keys)),
    measured: amount(added(way), 'µs'),
    ratio: `${times(added(way) / added(pflow))} of pflow`,
    ...(way.isBudget ? { budget: 'more than pflow', met: added(way) > added(pflow) } : {}),
  });
  return {
    title: `Tracing a node, store of ${count(keys)} keys`,
    note: `Added to the ${amount(bare, 'µs')} that a node takes untraced: 3 phases, 1 parameter, 2 keys written.`,
    rows: [atMost(pflow.what, added(pflow), 40, 'µs'), ...others.map(beside)],
  };
}

function sentByStore(stores: ReadonlyMap<number, StoreFigures>): Grid {
  return {
    title: 'Bytes of a node, by the store',
    note: 'Written to a file, or sent as the body of a request.',
    columns: STORES.map((keys) => `${count(keys)} keys`),
    rows: WAYS.map((way) => [way.what, ...STORES.map((keys) => size(stores.get(keys)!.of.get(way)!.bytes))]),
  };
}

async function peaksByStore(): Promise<Grid> {
  const base = new Map<number, number>();
  for (const keys of STORES) base.set(keys, (await once(['bare', NODES, keys])).peak);
  const rows: string[][] = [];
  for (const { name, what } of WAYS) {
    const cells: string[] = [];
    for (const keys of STORES)
      cells.push(size(Math.max(0, (await once([name, NODES, keys])).peak - base.get(keys)!)));
    rows.push([what, ...cells]);
  }
  return {
    title: 'Peak memory, by the store',
    note: `Of a run of ${NODES} nodes in a process of its own, beyond the same run untraced; a peer's library is in it.`,
    columns: STORES.map((keys) => `${count(keys)} keys`),
    rows,
  };
}

/** Each contestant with runs of every length: the time of a node, its bytes, and the peak of memory. */
async function measureLengths(): Promise<Grid[]> {
  const columns = LENGTHS.map((nodes) => `${count(nodes)} nodes`);
  const base: number[] = [];
  for (const nodes of LENGTHS) base.push((await once(['bare', nodes, KEYS])).peak);
  const grown: (readonly [Way, readonly (Grown | undefined)[]])[] = [];
  for (const way of WAYS) {
    const row: (Grown | undefined)[] = [];
    for (const nodes of LENGTHS)
      row.push(way.copies && nodes > MOST_COPIED ? undefined : await measureLength([way.name, nodes, KEYS]));
    grown.push([way, row]);
  }
  const rowsOf = (cell: (figures: Grown, index: number) => string): string[][] =>
    grown.map(([{ what }, row]) => [
      what,
      ...row.map((figures, index) => (figures ? cell(figures, index) : '–')),
    ]);
  const store = `Store of ${KEYS} keys`;
  return [
    {
      title: 'Time of a node, by the length of the run',
      note: `${store}; a node in all. What takes the whole store at each node takes that of the nodes before too, and is not run for the longest run.`,
      columns,
      rows: rowsOf((figures, index) => amount(figures.time, 'µs') + lost(figures, LENGTHS[index]!)),
    },
    {
      title: 'Bytes of a node, by the length of the run',
      note: `${store}.`,
      columns,
      rows: rowsOf(({ bytes }) => size(bytes)),
    },
    {
      title: 'Peak memory, by the length of the run',
      note: `${store}; beyond the same run untraced.`,
      columns,
      rows: rowsOf(({ peak }, index) => size(Math.max(0, peak - base[index]!))),
    },
  ];
}

type Grown = Figures & Readonly<{ peak: number }>;

/** A long run warms itself up; for a short one, time is measured in a warm process and memory in a cold one. */
async function measureLength(contest: Contest): Promise<Grown> {
  const cold = await once(contest);
  if (contest[1] > 1000) return cold;
  const warm = (await turns(SLOW_ROUNDS, [contest])).get(contest)!;
  return { ...cold, time: warm.time };
}

/** The spans that a peer did not deliver. */
function lost({ dropped = 0 }: Figures, nodes: number): string {
  return dropped > 0 ? ` (${count(dropped)} of ${count(nodes * 4)} spans dropped)` : '';
}

function size(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  if (bytes < 1e4) return amount(Math.round(bytes), 'B').replace(/\.\d+/, '');
  return bytes < 1e6 ? amount(bytes / 1e3, 'kB') : amount(bytes / 1e6, 'MB');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A node in the tracing wrapper, in a run without a sink, compared with the same node without the wrapper. */
async function measureUntraced(rounds: number): Promise<Section> {
  const contests: readonly Contest[] = [
    ['bare', 5000, KEYS],
    ['no-sink', 5000, KEYS],
  ];
  const figures = await turns(rounds, contests);
  const [bare, wrapped] = contests.map((contest) => figures.get(contest)!.time) as [number, number];
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
    const run = await runTraced(flow, nodes, keys);
    const { bytes } = run;
    const values = valueBytes(run) / nodes;
    const what = `bytes a node beyond its values, store of ${count(keys)} keys`;
    rows.push(atMost(what, bytes - values, 1000, 'B', `${amount(bytes, 'B')} in all`));
  }
  return { title: 'The trace file', rows };
}
