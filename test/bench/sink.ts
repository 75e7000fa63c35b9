import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SinkKind } from './sink-server.js';
import type { Taken } from './span-wrapper.js';

/** Starts a loopback server in a separate process that accepts and counts a peer's requests (see sink-server.ts). */
export async function startSink(kind: SinkKind): Promise<{ url: string; taken: () => Promise<Taken> }> {
  const child = fork(join('.bench', 'sink-server.mjs'), [kind], { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async taken() {
      const response = await fetch(`${url}/taken`);
      return (await response.json()) as Taken;
    },
  };
}
