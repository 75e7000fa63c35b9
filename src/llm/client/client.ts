import type { z } from 'zod';
import type { Usage, UsageOrigin } from '../../usage/usage.js';

/** What is asked of a model. Exactly one question a request; the answer is text, or an object when `schema` is given. */
export type LlmRequest = Readonly<{
  /** `provider/model`, where a node asks for one; absent means the run's model. */
  model?: string;
  system?: string;
  prompt: string;
  /** Image URLs or file paths, sent beside the prompt. */
  images?: readonly string[];
  temperature?: number;
  maxTokens?: number;
  /** The shape of a structured answer. */
  schema?: z.ZodType;
  schemaName?: string;
  /**
   * What the question is, for clients that answer by rule instead of by model: a name and plain JSON input.
   * Models never see it.
   */
  task?: Readonly<{ name: string; input: unknown }>;
}>;

/** What came back from one request that reached a model. */
export type LlmResponse = Readonly<{
  text: string;
  /** The parsed answer, when the request had a schema. */
  object?: unknown;
  finishReason?: string;
  /** The model that answered, as the response names it; it may differ from the one that was asked. */
  model: string;
  usage: Usage | null;
  usageOrigin: UsageOrigin;
  /** The provider's own usage object, unchanged. */
  rawUsage?: unknown;
  /** Milliseconds from the call to the first chunk of content. */
  firstTokenMs?: number;
}>;

/** What a client tells about a request while it runs. */
export type LlmRequestOptions = Readonly<{
  signal: AbortSignal;
  /** Called with the text streamed so far; callers sample it. */
  onText?: (textSoFar: string) => void;
}>;

/** One model behind one provider. A call is one request over the wire: retrying is the caller's (see `LlmCaller`). */
export interface LlmClient {
  /** `anthropic`, `openai`, `google`, `ollama`, `offline` … */
  readonly provider: string;
  readonly model: string;
  /** Whether using it costs nothing: a local server, offline rules. Free differs from an unknown price. */
  readonly free: boolean;
  request(request: LlmRequest, options: LlmRequestOptions): Promise<LlmResponse>;
}

/** Gives the client for a model name; without a name, the run's own. Throws a PflowError that says what to do. */
export interface ModelSource {
  client(name?: string): Promise<LlmClient>;
}

/** An answer that reached us but could not be used (it does not parse or fit the schema). It was paid for all the same. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  readonly response: LlmResponse;

  constructor(message: string, response: LlmResponse, cause?: unknown) {
    super(message, { cause });
    this.response = response;
  }
}

/** What is told about each attempt of a call; the tracing side makes a span of it. */
export interface LlmAttemptObserver {
  progress(textSoFar: string): void;
  responded(response: LlmResponse): void;
  failed(error: unknown): void;
}

export type LlmAttemptStart = Readonly<{
  /** 1, 2, 3 … within one call. */
  attempt: number;
  client: LlmClient;
  request: LlmRequest;
}>;

/** The calls a node makes: retries, repair and timeouts included. Each attempt is announced to the observer. */
export interface LlmCaller {
  generate(
    request: LlmRequest,
    options?: { signal?: AbortSignal; onAttempt?: (start: LlmAttemptStart) => LlmAttemptObserver },
  ): Promise<LlmResponse>;
}
