/** Runs `pflow collect`: an OTLP endpoint on this machine, whose telemetry becomes traces. */
import { join } from 'node:path';
import { pflowHome } from '../../../lib/home.js';
import { messageOf, PflowError } from '../../../lib/error.js';
import { listenOnLoopback, type LoopbackServer } from '../../../collect/loopback-server.js';
import type { Gateway } from '../../../collect/gateway/gateway.js';
import { findPortHolder } from '../../../collect/port-holder.js';
import { OtlpForwarder } from '../../../collect/receiver/forward-otlp.js';
import { listenForGrpc, type GrpcReceiver } from '../../../collect/receiver/receive-grpc.js';
import { RawStore } from '../../../collect/receiver/raw-store.js';
import {
  createReceiver,
  type Receiver,
  type ReceiverOptions,
} from '../../../collect/receiver/receive-otlp.js';
import { selectLedger } from '../../../ledger/files/ledger-files.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { GatewayRuns } from '../../../session/gateway-runs.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { print, say, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { importFile } from '../../traces/import-file.js';
import { environments } from './print-env.js';

type CollectOptions = Readonly<{
  port: number;
  grpcPort: number;
  forward?: string;
  traceDir?: string;
  printEnv?: string;
}>;

/** A run is converted when nothing was received for so long, in ms. */
const QUIET_MS = 1000;
const INTERVAL_MS = 250;
/** How long messages that are being sent on delay the exit, in ms. */
const FORWARD_MS = 2000;

/** `pflow collect`: until it is interrupted. Everything received is on disk before it is answered. */
export async function collect({ options }: Invocation<CollectOptions>): Promise<ExitCode> {
  const { port, grpcPort, forward, printEnv, traceDir = defaultTraceDir(process.env) } = options;
  if (printEnv !== undefined) {
    print(environments[printEnv]!(`http://127.0.0.1:${port}`).join('\n'));
    return exitCodes.done;
  }
  if (forward !== undefined && !URL.canParse(forward))
    throw new PflowError('usage', `--forward: '${forward}' is not an address.`);
  const store = new RawStore(join(pflowHome(), 'collect'));
  const forwarder = new OtlpForwarder(warnOnce());
  const handlers: ReceiverOptions = {
    onMessage: (message) => store.add(message),
    ...(forward === undefined
      ? {}
      : {
          onRequest: (signal, body, headers) =>
            forwarder.send(`${forward.replace(/\/+$/, '')}/v1/${signal}`, body, headers),
        }),
  };
  const receiver = createReceiver(handlers);
  const stopped = untilStopped();
  const calls = createCalls(traceDir);
  const server = await listen(port, receiver, calls.gateway);
  const grpc = await listenGrpc(grpcPort, handlers);
  say(`Receiving OTLP at ${server.url} (protobuf and JSON over HTTP). Traces go to ${traceDir}.`);
  if (grpc) say(`Receiving OTLP over gRPC at http://127.0.0.1:${grpc.port}.`);
  say(
    `Calls to models are recorded at ${server.url}/<provider>, for example OPENAI_BASE_URL=${server.url}/openai/v1.`,
  );
  say('`pflow collect --print-env <program>` prints what to set. Ctrl-C ends.');
  let converting = Promise.resolve();
  const timer = setInterval(() => {
    converting = converting.then(() => convert(store, QUIET_MS, traceDir));
  }, INTERVAL_MS);
  await stopped;
  clearInterval(timer);
  await Promise.all([server.close(), grpc?.close(), calls.close()]);
  await converting;
  await convert(store, 0, traceDir);
  await forwarder.close(FORWARD_MS);
  return exitCodes.done;
}

async function listen(port: number, receiver: Receiver, gateway: Gateway): Promise<LoopbackServer> {
  try {
    return await listenOnLoopback(
      {
        request(path, request, response) {
          if (receiver(path, request, response) || gateway.request(path, request, response)) return;
          response.writeHead(404).end();
        },
        upgrade(path, request, socket, head) {
          if (!gateway.upgrade(path, request, socket, head)) socket.destroy();
        },
      },
      { port },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PflowError('usage', describeHolder(port), {
      hint: `Use another one, for example --port ${port + 1}.`,
    });
  }
}

/** Undefined where the port is not free, which is a warning: exporters of HTTP work all the same. */
async function listenGrpc(port: number, handlers: ReceiverOptions): Promise<GrpcReceiver | undefined> {
  try {
    return await listenForGrpc(port, handlers);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    warn(`${describeHolder(port)} Telemetry over gRPC is not received; --grpc-port names another port.`);
    return undefined;
  }
}

function describeHolder(port: number): string {
  const holder = findPortHolder(port);
  return `Port ${port} is in use${holder ? ` by process ${holder.pid} (${holder.command})` : ''}.`;
}

/** The gateway on the same port, whose calls become runs. */
function createCalls(traceDir: string): GatewayRuns {
  const { env } = process;
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  return new GatewayRuns(
    { name: 'gateway', prices, env, traceDir, ledger: selectLedger(env, undefined), onWarning: warn },
    (path) => {
      if (path !== undefined) say(`calls through the gateway: ${path}`);
    },
  );
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
