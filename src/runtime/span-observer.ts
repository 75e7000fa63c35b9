import { AsyncLocalStorage } from 'node:async_hooks';
import type { LlmAttemptObserver, LlmAttemptStart } from '../llm/client.js';
import { capturedText } from '../trace/captured.js';
import { UNSTAMPED, type EventOf } from '../trace/event.js';
import type { TraceSink } from '../trace/sink.js';
import { startLlmSpan, type LlmSpanStart } from './calls/llm-span.js';
import { isPromise } from './abort.js';
import type { Observer, PhaseName, ResolvedParam } from './observer.js';
import { finishSpan, startPhase, startSpan } from './span.js';

/** The node whose code is running: found by a call of an SDK that knows nothing of pflow. */
export const currentNode = new AsyncLocalStorage<SpanObserver>();

/** Makes events of what one node's lifecycle reports. */
export class SpanObserver implements Observer {
  readonly node: string;
  readonly #sink: TraceSink;
  /** The node that this one runs inside of: a batch, or the node that runs a nested workflow. */
  readonly #around: SpanObserver | undefined;
  #current: number;
  #calls = 0;
  readonly #started: LlmAttemptObserver[] = [];

  constructor(sink: TraceSink, span: number, node: string, around?: SpanObserver) {
    this.node = node;
    this.#sink = sink;
    this.#current = span;
    this.#around = around;
  }

  get span(): number {
    return this.#current;
  }

  /** Requests to models that were seen so far, here and inside: a node that has some needs no other account of its usage. */
  get calls(): number {
    return this.#calls;
  }

  phase<T>(name: PhaseName, work: () => T | Promise<T>): T | Promise<T> {
    return this.#within(startPhase(this.#sink, name, this.#current), work);
  }

  attempt<T>(attempt: number, work: () => T | Promise<T>): T | Promise<T> {
    const parent = this.#current;
    return this.#within(
      startSpan(this.#sink, { kind: 'attempt', name: `attempt ${attempt}`, attempt, parent }),
      work,
    );
  }

  params(resolved: Readonly<Record<string, ResolvedParam>>): void {
    const params = Object.entries(resolved).map(([name, { template, value, from }]) => {
      const param: EventOf<'params.resolved'>['params'][string] = { value: this.#sink.capture(value, name) };
      if (template !== undefined) param.template = this.#sink.capture(template, name);
      if (from?.length) param.from = [...from];
      return [name, param] as const;
    });
    // fromEntries defines instead of assigning: a parameter called __proto__ stays one.
    this.#sink.emit({
      seq: UNSTAMPED,
      at: UNSTAMPED,
      type: 'params.resolved',
      span: this.#current,
      params: Object.fromEntries(params),
    });
  }

  llmAttempt({ attempt, client, request }: LlmAttemptStart): LlmAttemptObserver {
    const { prompt, system, temperature, maxTokens, schemaName } = request;
    return this.startCall({
      provider: client.provider,
      model: client.model,
      attempt,
      free: client.free,
      prompt,
      system,
      settings: { temperature, maxTokens, schemaName },
    });
  }

  /** A request to a model, made now by whatever means. */
  startCall(start: Omit<LlmSpanStart, 'parent'>): LlmAttemptObserver {
    this.#countCall();
    const call = startLlmSpan(this.#sink, { ...start, parent: this.#current });
    this.#started.push(call);
    return call;
  }

  /** What the node's code printed. */
  print(text: string, stream: 'stdout' | 'stderr'): void {
    const captured = capturedText(this.#sink.capture(text));
    this.#sink.emit({ type: 'log.written', span: this.#current, stream, text: captured });
  }

  /** The node is over: a call that it has not heard the end of ends with it. */
  abandonCalls(error: unknown): void {
    for (const call of this.#started) call.failed(error);
  }

  /** Something about this node that will still be reported. */
  settling(pending: Promise<void>): void {
    this.#sink.settling?.(pending);
  }

  #countCall(): void {
    this.#calls++;
    if (this.#around) this.#around.#countCall();
  }

  /** Work that is done at once gets no promise around it. */
  #within<T>(span: number, work: () => T | Promise<T>): T | Promise<T> {
    const outer = this.#current;
    const finish = (end?: { error: unknown }) => {
      this.#current = outer;
      finishSpan(this.#sink, span, end);
    };
    this.#current = span;
    try {
      const result = work();
      if (isPromise(result)) return this.#until(result, finish);
      finish();
      return result;
    } catch (error) {
      finish({ error });
      throw error;
    }
  }

  async #until<T>(work: Promise<T>, finish: (end?: { error: unknown }) => void): Promise<T> {
    try {
      const result = await work;
      finish();
      return result;
    } catch (error) {
      finish({ error });
      throw error;
    }
  }
}
