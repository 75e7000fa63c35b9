import type { Shared } from '../../src/runtime/contract/runnable.js';
import { requirePeer } from './peers.js';
import { startSink } from './sink.js';
import type { InSpan, Tracer } from './span-wrapper.js';

/** The used part of LangSmith's SDK, which is not a dependency of the project: run.ts installs it. */
type Client = { flush(): Promise<void>; awaitPendingTraceBatches(): Promise<void> };
type Sdk = { Client: new (options: unknown) => Client };
type Work = () => Promise<unknown>;
type Traced = (work: Work, store: Shared | undefined) => Promise<unknown>;
type Traceable = { traceable(work: Traced, options: unknown): Traced };

/** Runs of LangSmith's `traceable`, batched by its client and sent to a server on loopback. */
export async function langSmith(): Promise<Tracer> {
  const { Client } = requirePeer('langsmith') as Sdk;
  const { traceable } = requirePeer('langsmith/traceable') as Traceable;
  const sink = await startSink('langsmith');
  const client = new Client({ apiUrl: sink.url, apiKey: 'bench' });
  const made = new Map<string, Traced>();
  const inSpan: InSpan = async <T>(name: string, work: () => Promise<T>, store?: Shared) => {
    let traced = made.get(name);
    if (!traced) made.set(name, (traced = make(name)));
    let result: T | undefined;
    await traced(async () => {
      result = await work();
      // The function's return value becomes the outputs of its run.
      return store ?? {};
    }, store);
    return result as T;
  };
  const make = (name: string): Traced =>
    traceable((work) => work(), {
      name,
      client,
      tracingEnabled: true,
      // The inputs would be the closure.
      processInputs: ({ args }: { args: readonly [Work, Shared?] }) => args[1] ?? {},
    });
  const finish = async (): Promise<void> => {
    // A run is passed to the client shortly after its function has returned, which the first wait is for.
    await client.awaitPendingTraceBatches();
    await client.flush();
    await client.awaitPendingTraceBatches();
  };
  // The client first queries the server's limits, and would time out if a burst of runs delayed the response.
  await inSpan('first', () => Promise.resolve());
  await finish();
  await sink.taken();
  return { inSpan, finish, taken: sink.taken };
}
