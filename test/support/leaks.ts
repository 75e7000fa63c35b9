import { getEventListeners } from 'node:events';
import { z } from 'zod';
import { defineNode, run, type RunStatus } from '../../src/index.js';

/** Runs one small workflow after another, each third of them failing, under one signal as a server has it. */
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

  /** What holds on to the process or hangs on something that outlives a run. */
  held(): Readonly<Record<string, unknown>> {
    return {
      resources: process.getActiveResourcesInfo().toSorted(),
      listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
      onSignal: getEventListeners(this.#signal, 'abort').length,
      fetch: globalThis.fetch,
    };
  }
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
