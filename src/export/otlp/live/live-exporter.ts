/** Exports a run over OTLP while it runs: its spans in batches as they finish, its metrics at the end. */

import { setMaxListeners } from 'node:events';
import type { RunState } from '../../../profile/run/run-state.js';
import type { TraceLog } from '../../../trace/write/event-log.js';
import { messageOf } from '../../../lib/error.js';
import { GEN_AI_SCHEMA_URL } from '../../../otlp/gen-ai-names.js';
import { exportRoot, exportSpan, wrapSpans } from '../otlp.js';
import type { ExporterSettings } from './exporter-settings.js';
import { listRunMetrics } from './run-metrics.js';
import { sendOtlp } from './send-otlp.js';

/** How long the end of a run may delay the exit, in ms. */
const EXIT_MS = 2000;

/**
 * Sends in the background; the run never waits. When the queue is full because the endpoint does not answer, further spans are
 * dropped, which is a warning at the end.
 */
export class LiveExporter {
  readonly #settings: ExporterSettings;
  readonly #state: () => RunState;
  readonly #onWarning: (message: string) => void;
  readonly #abort = new AbortController();
  #queue: number[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isSending = false;
  #failure: string | undefined;

  constructor(
    settings: ExporterSettings,
    log: TraceLog,
    state: () => RunState,
    onWarning: (message: string) => void,
  ) {
    this.#settings = settings;
    this.#state = state;
    this.#onWarning = onWarning;
    setMaxListeners(0, this.#abort.signal);
    for (const warning of settings.warnings) onWarning(warning);
    if (!settings.traces) return;
    for (const event of log.all) if (event.type === 'span.finished') this.#add(event.span as number);
    log.subscribe((event) => {
      if (event.type === 'span.finished') this.#add(event.span as number);
    });
  }

  /** Sends what is left, with the run itself and its metrics. Resolves within two seconds, whatever the endpoint does. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => this.#abort.abort(), EXIT_MS);
    const { traces } = this.#settings;
    if (traces) await Promise.all([this.#flush(true), this.#sendMetrics()]);
    else await this.#sendMetrics();
    clearTimeout(timer);
    if (this.#dropped > 0)
      this.#failure ??= `Telemetry was not exported: ${this.#dropped} spans were dropped, because the endpoint was too slow.`;
    if (this.#failure !== undefined) this.#onWarning(this.#failure);
  }

  #add(span: number): void {
    const { queueSize, batchSize, delayMs } = this.#settings;
    if (this.#queue.length >= queueSize) {
      this.#dropped++;
      return;
    }
    this.#queue.push(span);
    if (this.#queue.length >= batchSize && !this.#isSending) void this.#flush(false);
    else this.#timer ??= setTimeout(() => void this.#flush(false), delayMs).unref();
  }

  #flush(isLast: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSending = true;
    this.#sending = this.#sending
      .then(() => this.#sendQueue(isLast))
      .finally(() => (this.#isSending = false));
    return this.#sending;
  }

  async #sendQueue(isLast: boolean): Promise<void> {
    const { batchSize, traces, content, resource } = this.#settings;
    const options = { content, resource };
    const state = this.#state();
    while (this.#queue.length > 0 || isLast) {
      const isEnd = isLast && this.#queue.length <= batchSize;
      const ids = this.#queue.splice(0, batchSize);
      const spans = ids.flatMap((id) => {
        const span = state.spans.get(id);
        return span ? [exportSpan(span, state, options)] : [];
      });
      if (isEnd) spans.push(exportRoot(state, options));
      await this.#send(wrapSpans(state, options, spans), 'traces', traces);
      if (isEnd) return;
    }
  }

  #sendMetrics(): Promise<void> {
    const { metrics, resource, temporality } = this.#settings;
    const state = this.#state();
    const { startTimeUnixNano: startTime, endTimeUnixNano: time } = exportRoot(state, {});
    const list = listRunMetrics(state, { startTime, time, temporality });
    const { resourceSpans } = wrapSpans(state, { resource }, []);
    const scope = resourceSpans[0]!.scopeSpans[0]!.scope;
    const message = {
      resourceMetrics: [
        {
          resource: resourceSpans[0]!.resource,
          scopeMetrics: [{ scope, metrics: list, schemaUrl: GEN_AI_SCHEMA_URL }],
          schemaUrl: GEN_AI_SCHEMA_URL,
        },
      ],
    };
    return this.#send(message, 'metrics', metrics);
  }

  async #send(
    message: object,
    signal: 'traces' | 'metrics',
    settings: ExporterSettings['traces'],
  ): Promise<void> {
    if (!settings) return;
    try {
      await sendOtlp(message, signal, settings, this.#abort.signal);
    } catch (error) {
      this.#failure ??= messageOf(error);
    }
  }
}
