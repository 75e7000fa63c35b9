/** Emits the trace events of one node's lifecycle. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { UnusableAnswer, type LlmAttemptObserver, type LlmAttemptStart } from '../../llm/client/client.js';
import { setOwn } from '../../lib/data/set-own.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { EventOf } from '../../trace/event/event.js';
import { ParamsResolved, type PhaseName } from '../../trace/event/compact-event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { recordCall, type CallRecorder, type CallStart } from '../../trace/record/record-call.js';
import { isPromise } from '../control/abort.js';
import type { Observer, ResolvedParam } from '../contract/observer.js';
import { finishSpan, startPhase, startSpan } from '../../trace/record/trace-span.js';

/** The node whose code is running, for SDK calls that know nothing of pflow. */
export const currentNode = new AsyncLocalStorage<SpanObserver>();

/** Turns what a node's lifecycle reports into trace events. */
export class SpanObserver implements Observer {
  readonly node: string;
  readonly #sink: TraceSink;
  /** The enclosing node: a batch, or the node that runs a nested workflow. */
  readonly #enclosing: SpanObserver | undefined;
  #current: number;
  #calls = 0;
  /** Created on first use: most nodes call no model. */
  #started: CallRecorder[] | undefined;

  constructor(sink: TraceSink, span: number, node: string, enclosing?: SpanObserver) {
    this.node = node;
    this.#sink = sink;
    this.#current = span;
    this.#enclosing = enclosing;
  }

  get span(): number {
    return this.#current;
  }

  /** Number of LLM requests seen, including nested nodes: a node with any needs no other accounting of its usage. */
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

  params(resolved: readonly ResolvedParam[]): void {
    const params: EventOf<'params.resolved'>['params'] = {};
    for (const { name, template, value, from } of resolved) {
      const param: (typeof params)[string] = { value: this.#sink.capture(value, name) };
      if (template !== undefined) param.template = this.#sink.capture(template, name);
      if (from !== undefined) param.from = [...from];
      setOwn(params, name, param);
    }
    this.#sink.emit(new ParamsResolved(this.#current, params));
  }

  llmAttempt({ attempt, client, request }: LlmAttemptStart): LlmAttemptObserver {
    const { prompt, system, temperature, maxTokens, schemaName } = request;
    const call = this.startCall({
      provider: client.provider,
      model: client.model,
      attempt,
      free: client.free,
      prompt,
      system,
      settings: { temperature, maxTokens, schemaName },
      seenBy: 'llm',
    });
    return {
      progress: (textSoFar) => call.progress(textSoFar),
      responded: (response) => call.responded(response),
      failed: (error) =>
        error instanceof UnusableAnswer
          ? call.failed(error, { ...error.response, unusable: true })
          : call.failed(error),
    };
  }

  /** Starts tracing a request to a model, however it is sent. */
  startCall(start: Omit<CallStart, 'parent'>): CallRecorder {
    this.#countCall();
    const call = recordCall(this.#sink, { ...start, parent: this.#current });
    (this.#started ??= []).push(call);
    return call;
  }

  /** Records console output of the node's code. */
  print(text: string, stream: 'stdout' | 'stderr'): void {
    const captured = formatCaptured(this.#sink.capture(text));
    this.#sink.emit({ type: 'log.written', span: this.#current, stream, text: captured });
  }

  /** Finishes the calls that are still open when the node finishes. */
  abandonCalls(error: unknown): void {
    for (const call of this.#started ?? []) call.failed(error);
  }

  /** Registers work of this node that will still emit events. */
  settling(pending: Promise<void>): void {
    this.#sink.settling?.(pending);
  }

  #countCall(): void {
    this.#calls++;
    if (this.#enclosing) this.#enclosing.#countCall();
  }

  /** Synchronous work gets no promise around it. */
  #within<T>(span: number, work: () => T | Promise<T>): T | Promise<T> {
    const outer = this.#current;
    this.#current = span;
    let result;
    try {
      result = work();
    } catch (error) {
      this.#leave(span, outer, { error });
      throw error;
    }
    if (isPromise(result)) return this.#leaveAfter(result, span, outer);
    this.#leave(span, outer);
    return result;
  }

  async #leaveAfter<T>(work: Promise<T>, span: number, outer: number): Promise<T> {
    let result;
    try {
      result = await work;
    } catch (error) {
      this.#leave(span, outer, { error });
      throw error;
    }
    this.#leave(span, outer);
    return result;
  }

  #leave(span: number, outer: number, end?: { error: unknown }): void {
    this.#current = outer;
    finishSpan(this.#sink, span, end);
  }
}
