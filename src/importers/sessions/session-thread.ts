/** Builds the spans of an agent's session from the records of its log: turns as steps, with their calls and tools. */
import { countTokens } from '../frame/call-usage.js';
import type { CallDetail, ForeignMark, ForeignSpan, MarkDetail } from '../frame/foreign-run.js';
import { toLabel } from '../frame/to-label.js';
import type { Usage } from '../../usage/record/usage.js';

/** The spans of a session, shared by all of its threads. */
export type SessionSpans = { spans: ForeignSpan[]; marks: ForeignMark[] };

/** A call as a log records it. */
export type SessionCall = Readonly<{
  id: string;
  atMs: number;
  /** The time at which it was sent, if the log states it. */
  startMs?: number | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  usage: Usage | null;
  failed?: boolean;
  detail: () => CallDetail;
}>;

/** A tool that the agent ran. */
export type SessionTool = Readonly<{
  id: string;
  name: string;
  atMs: number;
  label?: string | undefined;
  inputs: () => Readonly<Record<string, unknown>> | undefined;
}>;

/**
 * One conversation: the session's own, or that of a subagent. A log contains the time at which each record was written, so a
 * call lasts from the preceding prompt or tool results to its response, and a tool from its call to its result. Without these,
 * the duration of a call is unknown and recorded as 0.
 */
export class SessionThread {
  /** The span of the agent. */
  readonly agent: ForeignSpan;
  readonly #to: SessionSpans;
  readonly #hasTurns: boolean;
  readonly #tools = new Map<string, ForeignSpan>();
  readonly turns: ForeignSpan[] = [];
  /** Numbers of the turns before which the conversation was compacted. */
  readonly compactions: number[] = [];
  #lastMs: number;
  /** The time of the prompt or tool results that the next response follows. */
  #requestedMs: number | undefined;

  constructor(to: SessionSpans, agent: ForeignSpan, { hasTurns }: { hasTurns: boolean }) {
    this.#to = to;
    this.agent = agent;
    this.#hasTurns = hasTurns;
    this.#lastMs = agent.startMs;
    to.spans.push(agent);
  }

  /** The span that new calls and tools belong to. */
  get current(): ForeignSpan {
    return this.turns.at(-1) ?? this.agent;
  }

  /** Starts a turn with what the user wrote. */
  startTurn(atMs: number, prompt: string | undefined, read: () => unknown): void {
    this.touch(atMs);
    this.#requestedMs = atMs;
    if (!this.#hasTurns) return;
    this.#addTurn(atMs, toLabel(prompt), () => ({ inputs: { prompt: read() } }));
  }

  /** Adds a call, to a turn without a prompt where the log begins in the middle of one. */
  addCall(call: SessionCall): ForeignSpan {
    const { id, atMs, provider, model, usage, failed, detail } = call;
    if (this.#hasTurns && this.turns.length === 0) this.#addTurn(call.startMs ?? atMs, undefined, () => ({}));
    const startMs = Math.min(call.startMs ?? this.#requestedMs ?? atMs, atMs);
    this.#requestedMs = undefined;
    const span: ForeignSpan = {
      id,
      parent: this.current.id,
      kind: 'llm',
      name: model ?? 'unknown',
      startMs,
      endMs: atMs,
      ...(failed ? { failed } : {}),
      call: { provider, model, tokens: countTokens(usage), isRequest: true },
      detail: () => ({ call: detail() }),
    };
    this.#to.spans.push(span);
    this.touch(atMs);
    return span;
  }

  /** Starts a tool; it stays unfinished unless its result follows. */
  startTool({ id, name, atMs, label, inputs }: SessionTool): void {
    const known = this.#tools.get(id);
    const span: ForeignSpan = {
      id: known ? `${id}#${this.#to.spans.length}` : id,
      parent: this.current.id,
      kind: 'tool',
      name,
      label,
      startMs: atMs,
      detail: () => ({ inputs: inputs() }),
    };
    this.#tools.set(id, span);
    this.#to.spans.push(span);
    this.touch(atMs);
  }

  /** Finishes a tool with its result. */
  finishTool(
    id: string,
    atMs: number,
    result: { failed?: boolean; message?: string; output: () => unknown },
  ): void {
    const span = this.#tools.get(id);
    this.touch(atMs);
    this.#requestedMs = atMs;
    if (!span || span.endMs !== undefined) return;
    span.endMs = Math.max(span.startMs, atMs);
    if (result.failed)
      Object.assign(span, { failed: true, error: { message: result.message ?? 'the tool failed' } });
    const { detail } = span;
    span.detail = () => ({ ...detail(), output: result.output() });
  }

  /** The span of a tool. */
  tool(id: string): ForeignSpan | undefined {
    return this.#tools.get(id);
  }

  /** Records that the conversation was replaced by a summary of it. */
  addCompaction(id: string, atMs: number, label: string | undefined, read: () => unknown): void {
    this.compactions.push(this.turns.length);
    this.#to.spans.push({
      id,
      parent: this.current.id,
      kind: 'step',
      name: 'compaction',
      label,
      startMs: atMs,
      endMs: atMs,
      detail: () => ({ output: read() }),
    });
    this.touch(atMs);
  }

  /** Records a line of the log of the current turn. */
  addLog(atMs: number, read: () => MarkDetail): void {
    this.#to.marks.push({ span: this.current.id, atMs, read });
    this.touch(atMs);
  }

  /** Extends the turn and the agent to the time of a record. */
  touch(atMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, atMs);
    for (const span of [this.agent, ...this.turns.slice(-1)])
      span.endMs = Math.max(span.endMs ?? 0, this.#lastMs);
  }

  #addTurn(atMs: number, label: string | undefined, detail: ForeignSpan['detail']): void {
    const number = this.turns.length + 1;
    const turn: ForeignSpan = {
      id: `${this.agent.id}/turn-${number}`,
      parent: this.agent.id,
      kind: 'step',
      name: `turn ${number}`,
      label,
      startMs: atMs,
      endMs: atMs,
      detail,
    };
    this.turns.push(turn);
    this.#to.spans.push(turn);
  }
}
