import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { z } from 'zod';
import { defineNode, run, type RunStatus } from '../../src/index.js';

/** Runs small workflows in sequence, every third of which fails, under one signal as in a server. */
export class RunMaker {
  readonly #signal = new AbortController().signal;
  readonly #traceDir: string;
  #made = 0;

  constructor(traceDir: string) {
    this.#traceDir = traceDir;
  }

  async make(count: number): Promise<Map<RunStatus, number>> {
    const ends = new Map<RunStatus, number>();
    for (let i = 0; i < count; i++) {
      const { status } = await run(workflow, {
        inputs: { word: this.#made++ % 3 === 2 ? 'fail' : 'hey' },
        nodes: [shout],
        model: 'offline',
        onEvent: () => {},
        signal: this.#signal,
        limits: { timeoutMs: 600_000, maxTokens: 1_000 },
        traceDir: this.#traceDir,
      });
      ends.set(status, (ends.get(status) ?? 0) + 1);
    }
    return ends;
  }

  /** Resources that keep the process alive or are attached to something that outlives a run. */
  held(): Readonly<Record<string, unknown>> {
    return { ...held(), onSignal: getEventListeners(this.#signal, 'abort').length };
  }
}

/** Resources of the process: timers, sockets, children, listeners and replaced functions. */
export function held(): Readonly<Record<string, unknown>> {
  return {
    resources: process.getActiveResourcesInfo().toSorted(),
    listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
    children: childProcesses(),
    fetch: globalThis.fetch,
  };
}

/** The resources held now and not before. An idle keep-alive socket may have been closed in between. */
export function moreThan(before: ReturnType<typeof held>, now: ReturnType<typeof held>): readonly string[] {
  const left = entriesOf(before);
  return entriesOf(now).filter((entry) => {
    const found = left.indexOf(entry);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

function entriesOf(all: ReturnType<typeof held>): string[] {
  return Object.values(all).flatMap((value) => (Array.isArray(value) ? value.map(String) : [String(value)]));
}

/** The living child processes of this process as listed by ps, without ps itself. */
function childProcesses(): readonly string[] {
  const { stdout, pid } = spawnSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent, id]) => parent === String(process.pid) && id !== String(pid))
    .map((words) => words.slice(1).join(' '));
}

const shout = defineNode({
  type: 'shout',
  description: 'Makes text loud.',
  params: z.object({ text: z.string() }),
  outputs: z.object({ loud: z.string() }),
  exec: ({ params }) => {
    if (params.text === 'fail') throw new Error('Nothing to shout.');
    return { loud: params.text.toUpperCase() };
  },
});

const workflow = {
  name: 'shouting',
  inputs: { word: { type: 'string' } },
  outputs: { said: { source: '${again.loud}' } },
  nodes: [
    { id: 'shout', type: 'shout', params: { text: '${word}' } },
    { id: 'again', type: 'shout', params: { text: '${shout.loud}' } },
  ],
  edges: [{ from: 'shout', to: 'again' }],
};
