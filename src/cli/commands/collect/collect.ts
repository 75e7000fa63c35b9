/** Runs `pflow collect`: an OTLP endpoint on this machine, whose telemetry becomes traces. */
import { join } from 'node:path';
import { pflowHome } from '../../../lib/home.js';
import { messageOf, PflowError } from '../../../lib/error.js';
import { listenOnLoopback, type LoopbackServer } from '../../../collect/loopback-server.js';
import { findPortHolder } from '../../../collect/port-holder.js';
import { OtlpForwarder } from '../../../collect/receiver/forward-otlp.js';
import { RawStore } from '../../../collect/receiver/raw-store.js';
import { createReceiver, type Receiver } from '../../../collect/receiver/receive-otlp.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { print, say, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { importFile } from '../../traces/import-file.js';
import { environments } from './print-env.js';

type CollectOptions = Readonly<{ port: number; forward?: string; traceDir?: string; printEnv?: string }>;

/** A run is converted when nothing was received for so long, in ms. */
const QUIET_MS = 1000;
const INTERVAL_MS = 250;
/** How long messages that are being sent on delay the exit, in ms. */
const FORWARD_MS = 2000;

/** `pflow collect`: until it is interrupted. Everything received is on disk before it is answered. */
export async function collect({ options }: Invocation<CollectOptions>): Promise<ExitCode> {
  const { port, forward, printEnv, traceDir = defaultTraceDir(process.env) } = options;
  if (printEnv !== undefined) {
    print(environments[printEnv]!(`http://127.0.0.1:${port}`).join('\n'));
    return exitCodes.done;
  }
  if (forward !== undefined && !URL.canParse(forward))
    throw new PflowError('usage', `--forward: '${forward}' is not an address.`);
  const store = new RawStore(join(pflowHome(), 'collect'));
  const forwarder = new OtlpForwarder(warnOnce());
  const receiver = createReceiver({
    onMessage: (message) => store.add(message),
    ...(forward === undefined
      ? {}
      : {
          onRequest: (signal, body, headers) =>
            forwarder.send(`${forward.replace(/\/+$/, '')}/v1/${signal}`, body, headers),
        }),
  });
  const server = await listen(port, receiver);
  say(`Receiving OTLP at ${server.url} (protobuf and JSON over HTTP). Traces go to ${traceDir}.`);
  say('`pflow collect --print-env <program>` prints what to set. Ctrl-C ends.');
  const stopped = untilStopped();
  let converting = Promise.resolve();
  const timer = setInterval(() => {
    converting = converting.then(() => convert(store, QUIET_MS, traceDir));
  }, INTERVAL_MS);
  await stopped;
  clearInterval(timer);
  await server.close();
  await converting;
  await convert(store, 0, traceDir);
  await forwarder.close(FORWARD_MS);
  return exitCodes.done;
}

async function listen(port: number, receiver: Receiver): Promise<LoopbackServer> {
  try {
    return await listenOnLoopback(
      {
        request(path, request, response) {
          if (!receiver(path, request, response)) response.writeHead(404).end();
        },
        upgrade: (_path, _request, socket) => void socket.destroy(),
      },
      { port },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const holder = findPortHolder(port);
    const by = holder ? ` by process ${holder.pid} (${holder.command})` : '';
    throw new PflowError('usage', `Port ${port} is in use${by}.`, {
      hint: `Use another one, for example --port ${port + 1}.`,
    });
  }
}

/** Writes the traces of the runs that have become quiet. A run that cannot be converted keeps its file and is a warning. */
async function convert(store: RawStore, quietMs: number, traceDir: string): Promise<void> {
  for (const path of store.takeQuiet(quietMs)) {
    try {
      const { status, run, trace } = await importFile(path, traceDir);
      store.markConverted(path);
      if (status === 'imported') say(`run ${run?.slice(0, 8)}: ${trace}`);
    } catch (error) {
      warn(`${path} could not be converted: ${messageOf(error)}`);
    }
  }
}

/** Prints a warning when its text is new. */
function warnOnce(): (message: string) => void {
  const printed = new Set<string>();
  return (message) => {
    if (printed.has(message)) return;
    printed.add(message);
    warn(message);
  };
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
