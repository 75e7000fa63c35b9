/** Measures traced runs from the outside: each in a fresh process, the ways in turns. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './measure.js';
import type { OutsideFigures } from './outside-program.js';
import { amount, atMost, type Grid, type Row, type Section } from './report.js';

const LENGTHS = [100, 1000, 5000];
const STORES = [17, 200];
const WAYS = {
  none: 'no tracing',
  line: 'a bare line of JSON a node',
  otel: 'OpenTelemetry: spans alone',
  pflow: 'pflow: spans and state',
  'otel-state': 'OpenTelemetry: the store before and after',
  clone: 'structuredClone before and after, kept in memory',
};
type WayName = keyof typeof WAYS;

/** Copies of the whole store at each node: too long for the longest run. */
const COPYING: readonly WayName[] = ['otel-state', 'clone'];

/** How much more than OpenTelemetry's spans without state pflow may take. */
const TOLERANCE = 1.05;
const MAX_STALL_MS = 5;

/** A table of each length and store, and the budgets. */
export async function measureFromOutside(rounds: number): Promise<(Section | Grid)[]> {
  const grids: Grid[] = [];
  const rows: Row[] = [];
  for (const nodes of LENGTHS) {
    for (const kilobytes of STORES) {
      const names = (Object.keys(WAYS) as WayName[]).filter(
        (name) => nodes <= 1000 || !COPYING.includes(name),
      );
      const figures = await measureInTurns(names, nodes, kilobytes, rounds);
      const where = `${nodes.toLocaleString('en-US')} nodes, ${kilobytes} kB`;
      grids.push(tabulate(where, nodes, figures));
      rows.push(...judge(where, nodes, figures));
    }
  }
  return [...grids, { title: 'From the outside: budgets', rows }];
}

async function measureInTurns(
  names: readonly WayName[],
  nodes: number,
  kilobytes: number,
  rounds: number,
): Promise<Map<WayName, OutsideFigures>> {
  const runs = new Map(names.map((name): [WayName, OutsideFigures[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) runs.get(name)!.push(await runProcess(name, nodes, kilobytes));
  }
  return new Map([...runs].map(([name, all]) => [name, middle(all)]));
}

async function runProcess(name: WayName, nodes: number, kilobytes: number): Promise<OutsideFigures> {
  const args = [join('.bench', 'outside-program.mjs'), name, String(nodes), String(kilobytes)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as OutsideFigures;
}

/** The median of each figure. */
function middle(all: readonly OutsideFigures[]): OutsideFigures {
  const of = (key: Exclude<keyof OutsideFigures, 'state'>) => median(all.map((each) => each[key]));
  const [last] = all.slice(-1);
  return {
    ...last!,
    import: of('import'),
    wall: of('wall'),
    cpu: of('cpu'),
    inline: of('inline'),
    stall: of('stall'),
    peak: of('peak'),
  };
}

function tabulate(where: string, nodes: number, figures: ReadonlyMap<WayName, OutsideFigures>): Grid {
  const untraced = figures.get('none')!;
  const perNode = (ms: number): string => amount((ms * 1000) / nodes, 'µs');
  return {
    title: `From the outside: ${where}`,
    note: `Fresh processes, from after the import until the file is closed. Times are of a node, beside the ${perNode(untraced.wall)} (${perNode(untraced.cpu)} CPU) that it takes untraced; the peak is that of the process.`,
    columns: [
      'wall',
      'CPU',
      'until the last node',
      'longest stall',
      'bytes',
      'peak',
      'import',
      'spans',
      'values',
    ],
    rows: [...figures].map(([name, each]) => [
      WAYS[name],
      perNode(each.wall - untraced.wall),
      perNode(each.cpu - untraced.cpu),
      perNode(each.inline - untraced.inline),
      amount(each.stall, 'ms'),
      amount(each.bytes / nodes, 'B'),
      amount(each.peak / 1e6, 'MB'),
      amount(each.import, 'ms'),
      String(each.spans),
      each.state === undefined ? '' : `${each.state[0]} of ${each.state[1]}`,
    ]),
  };
}

function judge(where: string, nodes: number, figures: ReadonlyMap<WayName, OutsideFigures>): Row[] {
  const [none, otel, pflow] = (['none', 'otel', 'pflow'] as const).map((name) => figures.get(name)!);
  const perNode = (ms: number): number => (ms * 1000) / nodes;
  const rows = (['wall', 'cpu'] as const).map((key) =>
    atMost(
      `${where}: ${key === 'wall' ? 'wall' : 'CPU'} of a node`,
      perNode(pflow![key] - none![key]),
      perNode(otel![key] - none![key]) * TOLERANCE,
      'µs',
    ),
  );
  const [found, written] = pflow!.state!;
  return [
    ...rows,
    atMost(`${where}: peak memory`, pflow!.peak / 1e6, otel!.peak / 1e6, 'MB'),
    atMost(`${where}: longest stall`, pflow!.stall, MAX_STALL_MS, 'ms'),
    {
      what: `${where}: values recorded`,
      measured: `${found} of ${written}`,
      budget: 'all',
      met: found === written,
    },
  ];
}
