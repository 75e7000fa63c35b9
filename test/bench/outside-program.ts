/** A program: one traced run in a fresh process, as a user of a library sees it. Prints its figures as one line of JSON. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type * as Pflow from '../../src/index.js';
import { openTelemetry } from './otel.js';
import type { Tracer } from './span-wrapper.js';
import { createSteps, fillStore, usageOf, type Step } from './outside-workload.js';

/** What one process measures. Times in ms, memory and file sizes in bytes. */
export type OutsideFigures = Readonly<{
  import: number;
  /** From after the import until everything is in the file. */
  wall: number;
  cpu: number;
  /** Until the last node finished. */
  inline: number;
  /** The longest time in which the event loop took no other work. */
  stall: number;
  bytes: number;
  peak: number;
  /** How many written values the record has, of how many; absent for ways that record no state. */
  state?: readonly [found: number, written: number];
  spans: number;
}>;

type Library = typeof Pflow;
type Recorded = Readonly<{ bytes: number; spans: number; state?: readonly [number, number] }>;
/** Runs the steps; the result reads back what was recorded. */
type Way = Readonly<{
  run: (steps: readonly Step[], store: Record<string, unknown>) => Promise<() => Promise<Recorded>>;
}>;

const folder = mkdtempSync(join('.bench', 'out-'));
const [name, nodes, kilobytes] = process.argv.slice(2) as [string, string, string];

const ways: Readonly<Record<string, () => Promise<Way>>> = {
  none: async () => ({
    run: async (steps, store) => {
      for (const step of steps) await runStep(step, store);
      return async () => ({ bytes: 0, spans: 0 });
    },
  }),
  line: async () => ({
    run: async (steps, store) => {
      const lines: string[] = [];
      for (const step of steps) {
        const began = performance.now();
        await runStep(step, store);
        lines.push(JSON.stringify({ node: step.id, ms: performance.now() - began }));
      }
      const path = join(folder, 'lines.jsonl');
      appendFileSync(path, `${lines.join('\n')}\n`);
      return async () => ({ bytes: statSync(path).size, spans: lines.length });
    },
  }),
  clone: async () => ({
    run: async (steps, store) => {
      let kept: unknown[] = [];
      for (const step of steps) {
        const before = structuredClone(store);
        await runStep(step, store);
        kept = [before, structuredClone(store)];
      }
      return async () => ({ bytes: 0, spans: kept.length });
    },
  }),
  otel: async () => spans(openTelemetry('otlp'), false),
  'otel-state': async () => spans(openTelemetry('otlp'), true),
  pflow: async () => {
    const library = (await import(pathToFileURL(resolve('dist/index.js')).href)) as Library;
    return { run: (steps, store) => tracePflow(library, steps, store) };
  },
};

const importing = performance.now();
const way = await ways[name]!();
const imported = performance.now() - importing;

const store = fillStore(Number(kilobytes));
const written: { node: string; key: string; value: unknown }[] = [];
const steps = createSteps(Number(nodes), (node, key, value) => written.push({ node, key, value }));
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const began = performance.now();
let lastNode = began;
const readBack = await way.run(steps, store);
const wall = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
delay.disable();
const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
const figures: OutsideFigures = {
  import: imported,
  wall,
  cpu: (user + system) / 1000,
  inline: lastNode - began,
  stall: delay.max / 1e6,
  peak,
  ...(await readBack()),
};
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(figures)}\n`);

async function runStep(step: Step, shared: Record<string, unknown>): Promise<void> {
  const prepared = step.prep(shared);
  const result = await step.exec(prepared);
  step.post(shared, result);
  lastNode = performance.now();
}

/** A span of each node and of its phases. */
function spans({ inSpan, finish, taken }: Tracer, withState: boolean): Way {
  return {
    run: async (all, shared) => {
      for (const step of all) {
        const work = async (): Promise<void> => {
          const prepared = await inSpan('prep', async () => step.prep(shared));
          const result = await inSpan('exec', async () => step.exec(prepared));
          await inSpan('post', async () => step.post(shared, result));
        };
        await inSpan(step.id, work, withState ? shared : undefined);
        lastNode = performance.now();
      }
      await finish();
      return async () => taken();
    },
  };
}

async function tracePflow(
  { BaseNode, Flow, trace, readTrace }: Library,
  all: readonly Step[],
  shared: Record<string, unknown>,
): Promise<() => Promise<Recorded>> {
  class StepNode extends BaseNode<number, number> {
    readonly step: Step;
    constructor(step: Step) {
      super(step.id);
      this.step = step;
    }
    override prep(own: Record<string, unknown>): number {
      return this.step.prep(own);
    }
    override exec(prepared: number): Promise<number> {
      return this.step.exec(prepared);
    }
    override post(own: Record<string, unknown>, _: number, result: number): void {
      this.step.post(own, result);
      const usage = usageOf(this.step);
      if (usage !== undefined) own['llm_usage'] = usage;
      lastNode = performance.now();
    }
  }
  const flow = new Flow('bench', {
    start: all[0]!.id,
    nodes: new Map(all.map((step) => [step.id, new StepNode(step)])),
    edges: all.slice(1).map(({ id }, index) => ({ from: all[index]!.id, to: id, action: 'default' })),
  });
  const { tracePath, error } = await trace(flow, {
    shared,
    traceDir: folder,
    model: 'offline',
    ledger: false,
  });
  if (error) throw error;
  return async () => {
    const names = new Map<number, string>();
    const found = new Set<string>();
    for await (const event of readTrace(tracePath!)) {
      if (event.type === 'span.started') names.set(event.span, event.name);
      if (event.type !== 'store.changed') continue;
      for (const path of Object.keys(event.set)) found.add(`${names.get(event.span)} ${path.slice(1)}`);
    }
    const recorded = written.filter(({ node, key }) => found.has(`${node} ${key}`)).length;
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    return { bytes, spans: names.size, state: [recorded, written.length] };
  };
}
