/** The interface of model clients: requests, responses and errors. */

import type { z } from 'zod';
import type { Usage, UsageOrigin } from '../../usage/record/usage.js';

/** A request to a model: one prompt; the answer is text, or an object when `schema` is given. */
export type LlmRequest = Readonly<{
  /** `provider/model` if the node names one; absent means the model of the run. */
  model?: string;
  system?: string;
  prompt: string;
  /** Image URLs or file paths attached to the prompt. */
  images?: readonly string[];
  temperature?: number;
  maxTokens?: number;
  /** The schema of a structured answer. */
  schema?: z.ZodType;
  schemaName?: string;
  /** The task for clients that answer by rules: a name and plain JSON input. Never sent to a model. */
  task?: Readonly<{ name: string; input: unknown }>;
}>;

/** The response to a request that reached a model. */
export type LlmResponse = Readonly<{
  text: string;
  /** The parsed answer, when the request had a schema. */
  object?: unknown;
  /** `stop`, `length`, `content-filter`, `refusal`, `tool-calls` or the provider's own. */
  finishReason?: string;
  /** Tools that the model called, although none was offered. */
  toolCalls?: readonly Readonly<{ name: string; arguments: unknown }>[];
  /** The model named in the response; may differ from the requested one. */
  model: string;
  usage: Usage | null;
  usageOrigin: UsageOrigin;
  /** The provider's own usage object, unchanged. */
  rawUsage?: unknown;
  /** Milliseconds from the call to the first chunk of content. */
  firstTokenMs?: number;
  /** Reasoning text, as far as the provider shows it. */
  reasoning?: string;
  /** The provider's ids of the request and the response. */
  ids?: Readonly<{ request?: string; response?: string; session?: string }>;
  /** What the answer cost in USD, where the caller has prices; null where that is unknown. */
  costUsd?: number | null;
}>;

/** Callbacks of a running request. */
export type LlmRequestOptions = Readonly<{
  signal: AbortSignal;
  /** Called with the text streamed so far; callers throttle. */
  onText?: (textSoFar: string) => void;
  /** Called for everything that arrives after the first content, text or not. */
  onActivity?: () => void;
}>;

/** A model of a provider. A call is one request; retrying is the job of `LlmCaller`. */
export interface LlmClient {
  /** `anthropic`, `openai`, `google`, `ollama`, `offline` … */
  readonly provider: string;
  /** Who is paid, where that is not the provider: the seller or the host at another address. */
  readonly seller?: string | undefined;
  readonly model: string;
  /** Whether calls are free: a local server or the offline rules. Free is not the same as an unknown price. */
  readonly free: boolean;
  /** Whether its calls are answered from a recording. */
  readonly replayed?: boolean;
  request(request: LlmRequest, options: LlmRequestOptions): Promise<LlmResponse>;
}

/** Returns the client for a model name, or of the run without one. Throws a PflowError with a hint. */
export interface ModelSource {
  client(name?: string): Promise<LlmClient>;
}

/** An answer that does not parse or match the schema. It was billed all the same. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  readonly response: LlmResponse;

  constructor(message: string, response: LlmResponse, cause?: unknown) {
    super(message, { cause });
    this.response = response;
  }
}

/** Why a request is sent once more. */
export type RetryReason =
  'rate_limited' | 'overloaded' | 'timeout' | 'connection' | 'interrupted' | 'unusable_answer';

/** Callbacks for each attempt of a call; the tracing side records a span. */
export interface LlmAttemptObserver {
  progress(textSoFar: string): void;
  responded(response: LlmResponse): void;
  /** `retryReason` is given if the request is sent once more. */
  failed(error: unknown, retryReason?: RetryReason): void;
}

export type LlmAttemptStart = Readonly<{
  /** 1, 2, 3 … within one call. */
  attempt: number;
  client: LlmClient;
  request: LlmRequest;
}>;

/** The call interface of nodes, including retries, repair and timeouts. Each attempt is reported to the observer. */
export interface LlmCaller {
  generate(
    request: LlmRequest,
    options?: { signal?: AbortSignal; onAttempt?: (start: LlmAttemptStart) => LlmAttemptObserver },
  ): Promise<LlmResponse>;
}
