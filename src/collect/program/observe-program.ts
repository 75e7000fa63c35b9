/** Records the calls of an observed program: those that its tapped processes report, and those that pass through the gateway. */

import { createHash } from 'node:crypto';
import { Exchange } from '../../tap/exchange/exchange.js';
import type { ExchangeHandle, ExchangeObserver, TapListener } from '../../tap/exchange/listener.js';
import type { SpoolMessage } from '../../tap/spool/spool-messages.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { ObservedExchange, type FinishedCall } from '../calls/observed-exchange.js';
import { SeenCalls, type SeenCall } from '../calls/seen-calls.js';
import { resolveUpstream, type Upstreams } from '../gateway/providers.js';
import type { SpoolReader } from '../spool/spool-reader.js';
import type { ObservedClock } from './observed-clock.js';
import type { ProcessSpan, ProgramTree } from './program-tree.js';

export type ProgramObserverOptions = Readonly<{
  sink: TraceSink;
  clock: ObservedClock;
  tree: ProgramTree;
  /** Where tapped processes report. */
  spool: SpoolReader;
  /** Where the gateway is, so that a request to it is recorded as one to its provider. */
  gateway: Readonly<{ url: string; upstreams: Upstreams }>;
  /** Also observes every call, on the clock of the observed processes. */
  recorder?: TapListener | undefined;
  /** The responses come from a recording. */
  replayed?: boolean;
  /** Called when the recording fails: the program continues. */
  onError: (error: unknown) => void;
}>;

type Tapped = {
  exchange: Exchange;
  process: ProcessSpan;
  gatewayPath: string | undefined;
  step: string | undefined;
};

/** What is known of a process: how it describes itself, and its exchanges in progress. */
type Reporting = { process: Extract<SpoolMessage, { kind: 'process' }>; exchanges: Map<number, Tapped> };

/** Observes one program. */
export class ProgramObserver {
  readonly #options: ProgramObserverOptions;
  readonly #reporting = new Map<string, Reporting>();
  readonly #seen = new SeenCalls();
  /** Requests to the gateway that the tap has reported, by path and body: how many the gateway has not received yet. */
  readonly #announced = new Map<string, number>();

  constructor(options: ProgramObserverOptions) {
    this.#options = options;
  }

  /** Begins to read what tapped processes report. */
  start(): void {
    const { spool, clock } = this.#options;
    spool.start({
      onMessage: (process, message) => clock.at(message.at, () => this.#onMessage(process, message)),
      onError: this.#options.onError,
    });
  }

  /** Observes the requests that pass through the gateway, except those that a tapped process reports itself. */
  readonly gatewayListener: TapListener = {
    onRequest: (request, handle) => {
      let inner: ExchangeObserver | undefined;
      let recorder: ExchangeObserver | undefined;
      return {
        onRequestBody: (body) => {
          // A tapped process writes its report before it sends the request.
          this.#options.spool.poll();
          if (this.#claim(keyOf(new URL(request.url).pathname, body))) return handle.detach();
          const { sink, tree, replayed = false } = this.#options;
          recorder = this.#options.recorder?.onRequest(request, handle);
          recorder?.onRequestBody(body);
          // Where the request is not a call that it can read, only it is detached: the recorder continues.
          const own = Object.create(handle, {
            detach: { value: () => (inner = undefined) },
          }) as ExchangeHandle;
          inner = new ObservedExchange(request, recorder ? own : handle, {
            sink,
            seenBy: 'gateway',
            replayed,
            openParent: () => tree.root,
            onFinished: (call) => this.#link(call, 'gateway'),
          });
          inner.onRequestBody(body);
        },
        onResponse: (status, headers) => {
          inner?.onResponse?.(status, headers);
          recorder?.onResponse?.(status, headers);
        },
        onResponseData: (chunk) => {
          inner?.onResponseData?.(chunk);
          recorder?.onResponseData?.(chunk);
        },
        onEnd: (end) => {
          inner?.onEnd(end);
          recorder?.onEnd(end);
        },
      };
    },
  };

  /** Ends what is in progress: the program has exited. */
  close(): void {
    this.#options.spool.close();
    for (const reporting of this.#reporting.values()) this.#abandon(reporting);
  }

  #onMessage(file: string, message: SpoolMessage): void {
    if (message.kind === 'process') {
      this.#reporting.set(file, { process: message, exchanges: new Map() });
      return;
    }
    const reporting = this.#reporting.get(file);
    if (!reporting) return;
    if (message.kind === 'exit') {
      this.#abandon(reporting);
      this.#options.tree.closeProcess(reporting.process.pid);
    } else if (message.kind === 'step') {
      const { pid, ppid, title } = reporting.process;
      const opened = this.#options.tree.openProcess(pid, ppid, title);
      opened.steps.start(message, opened.span);
    } else if (message.kind === 'step-end') {
      const { pid, ppid, title } = reporting.process;
      this.#options.tree.openProcess(pid, ppid, title).steps.finish(message);
    } else if (message.kind === 'request') this.#begin(reporting, message);
    else this.#continue(reporting, message);
  }

  #begin(
    { process, exchanges }: Reporting,
    { exchange: count, method, url, headers, frame }: Extract<SpoolMessage, { kind: 'request' }>,
  ): void {
    const { sink, tree, gateway, clock, recorder, replayed = false } = this.#options;
    const prefix = gateway.url;
    const target = url.startsWith(`${prefix}/`)
      ? resolveUpstream(url.slice(prefix.length), gateway.upstreams)
      : undefined;
    const now = (): number => clock.now();
    const request = {
      client: 'undici',
      method,
      url: target?.href ?? url,
      headers,
      startedAt: now(),
    } as const;
    const exchange = new Exchange(request, now);
    const opened = tree.openProcess(process.pid, process.ppid, process.title);
    let leave: () => void = () => {};
    let inSpan = false;
    exchange.offer({
      onRequest: (offered, handle) =>
        new ObservedExchange(offered, handle, {
          sink,
          seenBy: 'tap',
          replayed,
          openParent() {
            const within = opened.steps.find(exchanges.get(count)?.step);
            if (within !== undefined) {
              inSpan = true;
              return within;
            }
            const entered = tree.enterFrame(opened, frame);
            leave = entered.leave;
            return entered.span;
          },
          onFinished: (call) => {
            leave();
            this.#link(call, 'tap', inSpan);
          },
        }),
    });
    if (recorder) exchange.offer(recorder);
    exchanges.set(count, { exchange, process: opened, gatewayPath: target?.pathname, step: undefined });
  }

  #continue(
    { exchanges }: Reporting,
    message: Exclude<SpoolMessage, { kind: 'process' | 'request' | 'step' | 'step-end' | 'exit' }>,
  ): void {
    const tapped = exchanges.get(message.exchange);
    if (!tapped) return;
    const { exchange, gatewayPath } = tapped;
    switch (message.kind) {
      case 'body': {
        const body = message.body === undefined ? undefined : Buffer.from(message.body, 'base64');
        tapped.step = message.step;
        if (gatewayPath !== undefined) this.#announce(keyOf(gatewayPath, body));
        exchange.send(body);
        return exchange.sent();
      }
      case 'response':
        return exchange.respond(message.status, message.headers);
      case 'data':
        return exchange.receive(Buffer.from(message.data, 'base64'));
      case 'end': {
        exchanges.delete(message.exchange);
        if (message.outcome === 'complete') return exchange.finish();
        const error = message.error && Object.assign(new Error(message.error.message), message.error);
        return exchange.fail(error, message.outcome === 'abandoned' || undefined);
      }
      default:
        return message satisfies never;
    }
  }

  /** A process that has exited received nothing more. */
  #abandon({ exchanges }: Reporting): void {
    for (const { exchange } of exchanges.values()) exchange.fail(undefined, true);
    exchanges.clear();
  }

  #announce(key: string): void {
    this.#announced.set(key, (this.#announced.get(key) ?? 0) + 1);
  }

  #claim(key: string): boolean {
    const count = this.#announced.get(key) ?? 0;
    if (count > 1) this.#announced.set(key, count - 1);
    else this.#announced.delete(key);
    return count > 0;
  }

  #link({ request, response, ...seen }: FinishedCall, seenBy: 'tap' | 'gateway', inSpan = false): void {
    this.link({
      ...seen,
      seenBy,
      inSpan,
      model: response?.model ?? request.model,
      usage: response?.usage,
      responseId: response?.ids?.response,
      requestId: response?.ids?.request,
    });
  }

  /** Links a finished call to the same call as another source has seen it. */
  link(call: SeenCall): void {
    const link = this.#seen.add(call);
    if (link) this.#options.sink.emit({ type: 'call.linked', ...link });
  }
}

/** Identifies a request by where it goes and what it contains. */
function keyOf(path: string, body: Uint8Array | undefined): string {
  const hash = body === undefined ? '' : createHash('sha256').update(body).digest('base64');
  return `${path} ${hash}`;
}
