/** A call of a node: its record in the trace, and what is known of it while the node runs. */

import type { CallFailureFacts, CallRecorder, CallResponse } from '../../trace/record/record-call.js';
import type { Usage, UsageOrigin } from '../../usage/record/usage.js';

/** What replaces the usage of a call that finished. */
export type AmendedUsage = Pick<CallResponse, 'usage' | 'usageOrigin' | 'usageNote' | 'rawUsage'>;

/** Which usage takes precedence over which. */
const ranks: Readonly<Record<UsageOrigin, number>> = { none: 0, estimated: 1, reported: 2 };

/** Passes on how a call goes, and keeps its models and its usage, which a node's own account is compared with. */
export class TrackedCall implements CallRecorder {
  readonly #recorder: CallRecorder;
  readonly #requestedModel: string;
  #answeredBy: string | undefined;
  #usage: Usage | null = null;
  #usageOrigin: UsageOrigin = 'none';
  #finished = false;

  constructor(recorder: CallRecorder, requestedModel: string) {
    this.#recorder = recorder;
    this.#requestedModel = requestedModel;
  }

  get span(): number {
    return this.#recorder.span;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  /** Whether the provider reported the usage. */
  get isReported(): boolean {
    return this.#usage !== null && this.#usageOrigin === 'reported';
  }

  /** Whether a model was reached: a request that was refused has used nothing. */
  get hasResponse(): boolean {
    return this.#answeredBy !== undefined;
  }

  /** Whether the call was made to a model of this name, or answered by one. */
  isOf(model: string): boolean {
    return model === this.#requestedModel || model === this.#answeredBy;
  }

  progress(textSoFar: string): void {
    this.#recorder.progress(textSoFar);
  }

  responded(response: CallResponse): void {
    this.#keep(response);
    this.#recorder.responded(response);
  }

  failed(error: unknown, response?: CallResponse, facts?: CallFailureFacts): void {
    if (response) this.#keep(response);
    this.#finished = true;
    this.#recorder.failed(error, response, facts);
  }

  /** Replaces the usage if the new one is better founded. */
  amendUsage(amended: AmendedUsage): void {
    if (this.#answeredBy === undefined || ranks[amended.usageOrigin] <= ranks[this.#usageOrigin]) return;
    this.#usage = amended.usage;
    this.#usageOrigin = amended.usageOrigin;
    this.#recorder.amendUsage({ ...amended, model: this.#answeredBy });
  }

  #keep({ model, usage, usageOrigin }: CallResponse): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#answeredBy = model;
    this.#usage = usage;
    this.#usageOrigin = usageOrigin;
  }
}
