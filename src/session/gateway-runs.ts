/** Records the calls that pass through a shared gateway: those close in time are a run. */
import { createGateway, type Gateway } from '../collect/gateway/gateway.js';
import { listUpstreams } from '../collect/gateway/providers.js';
import { ObservedExchange } from '../collect/calls/observed-exchange.js';
import type { ExchangeObserver } from '../tap/exchange/listener.js';
import { finishSpan, startSpan } from '../trace/record/trace-span.js';
import { openRecording, type Recording } from './recording.js';
import { createProgramStarted, type RunOrigin } from './run-events.js';

/** A run ends when no call was in progress for so long, in ms. */
const IDLE_MS = 60_000;

type OpenRun = { recording: Recording; root: number; calls: number; timer: NodeJS.Timeout | undefined };

/** A gateway to all providers, and the runs of its calls. */
export class GatewayRuns {
  readonly gateway: Gateway;
  readonly #origin: RunOrigin;
  readonly #onClosed: (tracePath: string | undefined) => void;
  readonly #idleMs: number;
  #run: OpenRun | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(
    origin: RunOrigin,
    onClosed: (tracePath: string | undefined) => void,
    {
      idleMs = IDLE_MS,
      upstreams = listUpstreams(),
    }: { idleMs?: number; upstreams?: ReturnType<typeof listUpstreams> } = {},
  ) {
    this.#origin = origin;
    this.#onClosed = onClosed;
    this.#idleMs = idleMs;
    this.gateway = createGateway({
      upstreams,
      listener: {
        onRequest: (request, handle) =>
          this.#observe((context) => new ObservedExchange(request, handle, context)),
      },
    });
  }

  /** Ends the current run. */
  async close(): Promise<void> {
    this.gateway.close();
    this.#end();
    await this.#closing;
  }

  #observe(
    create: (context: ConstructorParameters<typeof ObservedExchange>[2]) => ExchangeObserver,
  ): ExchangeObserver {
    const run = (this.#run ??= this.#open());
    clearTimeout(run.timer);
    run.calls++;
    const { collector } = run.recording;
    const inner = create({
      sink: collector,
      seenBy: 'gateway',
      openParent: () => run.root,
      onFinished: () => {},
    });
    return {
      onRequestBody: (body) => inner.onRequestBody(body),
      onResponse: (status, headers) => inner.onResponse?.(status, headers),
      onResponseData: (chunk) => inner.onResponseData?.(chunk),
      onEnd: (end) => {
        inner.onEnd(end);
        if (--run.calls === 0 && this.#run === run)
          run.timer = setTimeout(() => this.#end(), this.#idleMs).unref();
      },
    };
  }

  #open(): OpenRun {
    const recording = openRecording(this.#origin, undefined);
    const { collector, redactor, runId: run, startedAt } = recording;
    collector.emit(createProgramStarted(this.#origin, collector, redactor, { run, startedAt }));
    const root = startSpan(collector, { kind: 'program', name: this.#origin.name });
    return { recording, root, calls: 0, timer: undefined };
  }

  #end(): void {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    clearTimeout(run.timer);
    const { collector } = run.recording;
    this.#closing = Promise.all([this.#closing, collector.settled()]).then(async () => {
      finishSpan(collector, run.root);
      collector.emit({ type: 'run.finished', status: 'ok' });
      this.#onClosed((await run.recording.close()).tracePath);
    });
  }
}
