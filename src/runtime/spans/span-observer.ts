/** Emits the trace events of one node's lifecycle. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  UnusableAnswer,
  type LlmAttemptObserver,
  type LlmAttemptStart,
  type RetryReason,
} from '../../llm/client/client.js';
import { RequestFailure } from '../../llm/client/llm-failure.js';
import { setOwn } from '../../lib/data/own-property.js';
import { formatCaptured } from '../../trace/event/captured.js';
import type { EventOf } from '../../trace/event/event.js';
import { ParamsResolved, type PhaseName } from '../../trace/event/compact-event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { recordCall, type CallFailureFacts, type CallStart } from '../../trace/record/record-call.js';
import { isPromise } from '../control/abort.js';
import type { BatchCounts, Observer, ResolvedParam, StepProgress } from '../contract/observer.js';
import { finishStep, startStep, type StepStart } from '../../trace/record/record-step.js';
import { TrackedCall } from './tracked-call.js';
import { finishSpan, startPhase, startSpan, type FinishFacts } from '../../trace/record/trace-span.js';

/** A request that a node's own client has sent. */
export interface OpenExchange {
  /** Resolves when it is accounted for. */
  readonly settled: Promise<void>;
  /** Accounts now for what has come. */
  abandon(): void;
  /** The same once nothing has come for a while. */
  abandonWhenIdle(): void;
}

/** The node whose code is running, for SDK calls that know nothing of pflow. */
export const currentNode = new AsyncLocalStorage<SpanObserver>();

/** Turns what a node's lifecycle reports into trace events. */
export class SpanObserver implements Observer {
  readonly node: string;
  readonly #sink: TraceSink;
  /** The span of the node or item, whichever of its phases is open. */
  readonly #own: number;
  /** The enclosing node: a batch, or the node that runs a nested workflow. */
  readonly #enclosing: SpanObserver | undefined;
  #current: number;
  /** Calls made here and inside, and requests on their way. Absent until there is one: most nodes ask no model. */
  #calls: TrackedCall[] | undefined;
  #exchanges: Set<OpenExchange> | undefined;
  #steps: Map<number, () => void> | undefined;
  #running: Set<SpanObserver> | undefined;
  #batch: BatchCounts | undefined;
  #degraded: FinishFacts['degraded'];
  #retryReason: string | undefined;
  #finished = false;

  constructor(sink: TraceSink, span: number, node: string, enclosing?: SpanObserver) {
    this.node = node;
    this.#sink = sink;
    this.#own = span;
    this.#current = span;
    this.#enclosing = enclosing;
    if (enclosing) (enclosing.#running ??= new Set()).add(this);
  }

  get span(): number {
    return this.#current;
  }

  /** Whether it reports to this sink: its node is one of that run. */
  isOf(sink: TraceSink): boolean {
    return this.#sink === sink;
  }

  /** The calls that were seen so far, here and inside. */
  get calls(): readonly TrackedCall[] {
    return this.#calls ?? [];
  }

  /**
   * Whose a request is that is sent in this context. A client that queues requests sends them in the context of whichever
   * came before: once that node or item has finished, the request is another's. Then it is guessed to be that of the item
   * that has waited longest for its first call, or of the node around them.
   */
  get caller(): { observer: SpanObserver; guessed: boolean } {
    if (!this.#finished || !this.#enclosing) return { observer: this, guessed: this.#finished };
    const waiting = [...(this.#enclosing.#running ?? [])].find(({ calls }) => calls.length === 0);
    return { observer: waiting ?? this.#enclosing.caller.observer, guessed: true };
  }

  phase<T>(name: PhaseName, work: () => T | Promise<T>): T | Promise<T> {
    return this.#within(startPhase(this.#sink, name, this.#current), work);
  }

  attempt<T>(
    attempt: number,
    work: () => T | Promise<T>,
    retryReason?: (error: unknown) => string | undefined,
  ): T | Promise<T> {
    const parent = this.#current;
    return this.#within(
      startSpan(this.#sink, { kind: 'attempt', name: `attempt ${attempt}`, attempt, parent }),
      work,
      retryReason,
    );
  }

  degraded(code: string, facts: Readonly<Record<string, unknown>>): void {
    this.#degraded = { code, facts: this.#sink.capture(facts) };
  }

  /** What is known of the node's end besides its status. */
  get facts(): FinishFacts | undefined {
    if (!this.#batch && !this.#degraded && this.#retryReason === undefined) return undefined;
    return {
      ...(this.#batch ? { batch: this.#batch } : {}),
      ...(this.#degraded ? { degraded: this.#degraded } : {}),
      ...(this.#retryReason === undefined ? {} : { retryReason: this.#retryReason }),
    };
  }

  batch(counts: BatchCounts): void {
    this.#batch = counts;
  }

  progressed({ done, total, message }: StepProgress): void {
    this.#sink.emit({
      type: 'progress.changed',
      span: this.#own,
      done,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message: formatCaptured(this.#sink.capture(message)) }),
    });
  }

  retrying(reason: string): void {
    this.#retryReason = formatCaptured(this.#sink.capture(reason));
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
    const { prompt, system, temperature, maxTokens, schema, schemaName } = request;
    const call = this.startCall({
      provider: client.seller ?? client.provider,
      model: client.model,
      attempt,
      free: client.free,
      ...(client.replayed === true ? { replayed: true } : {}),
      prompt,
      system,
      settings: { temperature, maxTokens, schemaName },
      ...(schema ? { responseFormat: { type: 'json', ...(schemaName ? { name: schemaName } : {}) } } : {}),
      api: 'chat',
      seenBy: 'llm',
    });
    return {
      progress: (textSoFar) => call.progress(textSoFar),
      responded: (response) => call.responded(response),
      failed: (error, retryReason) =>
        call.failed(
          error,
          error instanceof UnusableAnswer ? { ...error.response, unusable: true } : undefined,
          describeFailure(error, retryReason),
        ),
    };
  }

  /** A request to a model, made now by whatever means; by default in the span that is open now. */
  startCall(start: Omit<CallStart, 'parent'> & { parent?: number }): TrackedCall {
    const call = new TrackedCall(recordCall(this.#sink, { parent: this.#current, ...start }), start.model);
    this.#keepCall(call);
    return call;
  }

  /** A request on its way: the node's end is not waited for by it, but its account is. */
  trackExchange(exchange: OpenExchange): void {
    const exchanges = (this.#exchanges ??= new Set());
    exchanges.add(exchange);
    const settled = exchange.settled.finally(() => exchanges.delete(exchange));
    this.settling(settled);
  }

  /** Resolves when all requests that were sent here and inside are accounted for; undefined if they are. */
  whenExchangesSettled(): Promise<void> | undefined {
    const open = [...(this.#exchanges ?? [])];
    return open.length > 0
      ? Promise.allSettled(open.map(({ settled }) => settled)).then(() => {})
      : undefined;
  }

  /** Shows text that the node has produced so far, and records nothing; undefined once it is in an event. */
  stream(textSoFar: string | undefined): void {
    this.#sink.stream?.(this.#current, textSoFar);
  }

  /** Records console output of the node's code. */
  print(text: string, stream: 'stdout' | 'stderr', level: string): void {
    const captured = formatCaptured(this.#sink.capture(text));
    const span = this.#current;
    this.#sink.emit({ type: 'log.written', span, stream, text: captured, level, source: 'code' });
  }

  /**
   * The node has finished. Requests that are still on their way are given a moment to end, but end with a node that failed
   * or was cancelled; so do calls of our own that it did not wait for.
   */
  finish(failure?: { error: unknown }): void {
    this.#finished = true;
    if (this.#enclosing) this.#enclosing.#running?.delete(this);
    for (const exchange of this.#exchanges ?? []) {
      if (failure) exchange.abandon();
      else exchange.abandonWhenIdle();
    }
    if (failure) for (const call of this.#calls ?? []) call.failed(failure.error);
  }

  /** Starts the span of a framework's step. It finishes with the phase or attempt that it is in at the latest, which calls `onFinished` as well. */
  startStep(start: StepStart, onFinished: () => void): number {
    const span = startStep(this.#sink, start);
    (this.#steps ??= new Map()).set(span, onFinished);
    return span;
  }

  finishStep(span: number, end: Readonly<{ output?: unknown; error?: unknown }>): void {
    const onFinished = this.#steps?.get(span);
    if (!onFinished) return;
    this.#steps!.delete(span);
    finishStep(this.#sink, span, end);
    onFinished();
  }

  /** Registers work of this node that will still emit events. */
  settling(pending: Promise<void>): void {
    this.#sink.settling?.(pending);
  }

  #keepCall(call: TrackedCall): void {
    (this.#calls ??= []).push(call);
    if (this.#enclosing) this.#enclosing.#keepCall(call);
  }

  /** Synchronous work gets no promise around it. */
  #within<T>(
    span: number,
    work: () => T | Promise<T>,
    retryReason?: (error: unknown) => string | undefined,
  ): T | Promise<T> {
    const outer = this.#current;
    this.#current = span;
    let result;
    try {
      result = work();
    } catch (error) {
      this.#leave(span, outer, describeEnd(error, retryReason));
      throw error;
    }
    if (isPromise(result)) return this.#leaveAfter(result, span, outer, retryReason);
    this.#leave(span, outer);
    return result;
  }

  async #leaveAfter<T>(
    work: Promise<T>,
    span: number,
    outer: number,
    retryReason?: (error: unknown) => string | undefined,
  ): Promise<T> {
    let result;
    try {
      result = await work;
    } catch (error) {
      this.#leave(span, outer, describeEnd(error, retryReason));
      throw error;
    }
    this.#leave(span, outer);
    return result;
  }

  /** A framework that was interrupted reports no end. */
  #leaveSteps(end: { error: unknown } | undefined): void {
    for (const span of [...this.#steps!.keys()].toReversed()) this.finishStep(span, end ?? {});
  }

  #leave(span: number, outer: number, end?: { error: unknown; facts?: FinishFacts }): void {
    this.#current = outer;
    if (this.#steps) this.#leaveSteps(end);
    finishSpan(this.#sink, span, end);
  }
}

function describeEnd(
  error: unknown,
  retryReason: ((error: unknown) => string | undefined) | undefined,
): { error: unknown; facts?: FinishFacts } {
  const reason = retryReason?.(error);
  return reason === undefined ? { error } : { error, facts: { retryReason: reason } };
}

/** The facts of a failed request; undefined if nothing is known. */
function describeFailure(error: unknown, retryReason: RetryReason | undefined): CallFailureFacts | undefined {
  const { httpStatus, requestId } = error instanceof RequestFailure ? error : {};
  if ((retryReason ?? httpStatus ?? requestId) === undefined) return undefined;
  return {
    ...(retryReason === undefined ? {} : { retryReason }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
