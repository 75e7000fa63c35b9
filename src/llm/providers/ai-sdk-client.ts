/** A model client on top of the AI SDK. */

import {
  APICallError,
  Output,
  streamText,
  type LanguageModelResponseMetadata,
  type LanguageModelUsage,
  type ModelMessage,
} from 'ai';
import { isCancellation, PflowError } from '../../lib/error.js';
import { readBytes } from '../../lib/pipe-files.js';
import { plural } from '../../lib/text/format.js';
import { normalizeUsage } from '../../usage/normalize.js';
import { hasCounts } from '../../usage/record/usage.js';
import {
  endSentence,
  foreignFormat,
  requestFailure,
  requestIdOf,
  wordsOf,
  type Asked,
} from './ai-sdk-failure.js';
import {
  UnusableAnswer,
  type LlmClient,
  type LlmRequest,
  type LlmRequestOptions,
  type LlmResponse,
} from '../client/client.js';
import { estimateUsage } from '../../usage/estimate.js';
import { cutAnswer, RequestFailure } from '../client/llm-failure.js';
import { readStructuredAnswer } from '../client/structured-answer.js';
import { observeParts, type ProviderModel, type StreamPart } from './observe-parts.js';
import { splitReasoning } from './think-tags.js';

/** A model behind the AI SDK. One call is one streamed request. */
export class AiSdkClient implements LlmClient {
  readonly provider: string;
  readonly seller: string | undefined;
  readonly model: string;
  readonly free: boolean;
  readonly replayed: boolean;
  readonly #languageModel: ProviderModel;
  readonly #asked: Asked;

  constructor(options: {
    provider: string;
    seller?: string | undefined;
    free: boolean;
    replayed?: boolean;
    languageModel: ProviderModel;
    asked: Asked;
  }) {
    // The SDK would print its warnings to the screen.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    this.provider = options.provider;
    this.seller = options.seller;
    this.model = options.asked.model;
    this.free = options.free;
    this.replayed = options.replayed ?? false;
    this.#languageModel = options.languageModel;
    this.#asked = options.asked;
  }

  async request(request: LlmRequest, options: LlmRequestOptions): Promise<LlmResponse> {
    const streamed = await this.#stream(request, options);
    const response = await accounted(streamed, request, this.provider);
    return request.schema ? withObject(response, request.schema) : response;
  }

  /** Sends the request and collects the response. Any early exit closes the connection. */
  async #stream(request: LlmRequest, { signal, onText, onActivity }: LlmRequestOptions): Promise<Streamed> {
    const messages = await messagesOf(request);
    const connection = new AbortController();
    const disconnect = () => connection.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', disconnect, { once: true });
    const streamed: Streamed = { answer: '', text: '', model: this.model, begun: false };
    const sentAt = performance.now();
    const receive = (part: StreamPart) => {
      if (CONTENT.has(part.type)) streamed.firstTokenMs ??= performance.now() - sentAt;
      if (streamed.firstTokenMs !== undefined) onActivity?.();
      if (part.type !== 'text-delta') return;
      streamed.answer += part.delta;
      streamed.text = splitReasoning(streamed.answer).text;
      onText?.(streamed.text);
    };
    try {
      const { fullStream } = streamText({
        ...settingsOf(request),
        model: observeParts(this.#languageModel, receive),
        messages,
        abortSignal: connection.signal,
        maxRetries: 0,
        onError() {},
      });
      for await (const part of fullStream) {
        if (part.type === 'start-step') streamed.begun = true;
        if (part.type === 'tool-call') {
          (streamed.toolCalls ??= []).push({ name: part.toolName, arguments: part.input });
        }
        if (part.type === 'reasoning-delta') streamed.reasoning = (streamed.reasoning ?? '') + part.text;
        if (part.type === 'error') throw part.error;
        if (part.type === 'finish-step') {
          streamed.finishReason = finishReasonOf(part);
          streamed.model = part.response.modelId || this.model;
          streamed.usage = part.usage;
          streamed.ids = idsOf(part.response);
        }
      }
    } catch (error) {
      throw this.#failure(signal.aborted ? signal.reason : error, streamed);
    } finally {
      signal.removeEventListener('abort', disconnect);
      connection.abort();
    }
    if (signal.aborted) throw this.#failure(signal.reason, streamed);
    // The SDK does not report a truncated stream as an error, but it then has no finish reason.
    if (streamed.finishReason === undefined) throw this.#failure(undefined, streamed);
    return streamed;
  }

  #failure(error: unknown, { begun, text, model, firstTokenMs }: Streamed): unknown {
    if (isCancellation(error) || (error instanceof PflowError && !(error instanceof RequestFailure)))
      return error;
    const foreign = firstTokenMs === undefined ? foreignFormat(error, this.#asked) : undefined;
    if (foreign) return foreign;
    if (!begun || (isRefusal(error) && firstTokenMs === undefined)) return requestFailure(error, this.#asked);
    const said = error === undefined ? 'the connection ended' : wordsOf(error);
    const message = `${this.#asked.label} broke off its answer after ${plural(text.length, 'character')}: ${endSentence(said)}`;
    return cutAnswer(
      message,
      { text, model, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) },
      error,
    );
  }
}

type Streamed = {
  /** What the model wrote, with the reasoning that it wrote into it. */
  answer: string;
  text: string;
  model: string;
  /** Whether a response began; from then on it is billed. */
  begun: boolean;
  firstTokenMs?: number;
  finishReason?: string | undefined;
  toolCalls?: { name: string; arguments: unknown }[];
  usage?: LanguageModelUsage;
  reasoning?: string;
  ids?: NonNullable<LlmResponse['ids']>;
};

/** The SDK makes up an id for a response that has none. */
function idsOf({ id, headers }: LanguageModelResponseMetadata): NonNullable<LlmResponse['ids']> {
  const request = requestIdOf(headers);
  return {
    ...(request === undefined ? {} : { request }),
    ...(id === '' || id.startsWith('aitxt-') ? {} : { response: id }),
  };
}

/** An error status, also one that is reported within the stream; a connection that ends within it has the status of its start. */
function isRefusal(error: unknown): boolean {
  return APICallError.isInstance(error) && (error.statusCode ?? 0) >= 300;
}

/** The SDK reports a refusal as a content filter: the raw reason of Anthropic names it, and OpenAI's is an ordinary stop. */
function finishReasonOf(part: { finishReason: string; rawFinishReason: string | undefined }) {
  const { finishReason, rawFinishReason } = part;
  if (finishReason === 'other' && rawFinishReason === undefined) return undefined;
  const isRefused = finishReason === 'content-filter' && /^(refusal|stop)$/.test(rawFinishReason ?? '');
  return isRefused ? 'refusal' : finishReason;
}

const CONTENT: ReadonlySet<string> = new Set(['text-delta', 'reasoning-delta', 'tool-input-delta']);

function settingsOf({ system, temperature, maxTokens, schema, schemaName }: LlmRequest) {
  return {
    ...(system === undefined ? {} : { system }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(schema ? { output: Output.object({ schema, ...(schemaName ? { name: schemaName } : {}) }) } : {}),
  };
}

async function messagesOf({ prompt, images = [] }: LlmRequest): Promise<ModelMessage[]> {
  if (images.length === 0) return [{ role: 'user', content: prompt }];
  const parts = await Promise.all(
    images.map(async (image) => ({ type: 'image' as const, image: await imageOf(image) })),
  );
  return [{ role: 'user', content: [{ type: 'text', text: prompt }, ...parts] }];
}

async function imageOf(image: string): Promise<URL | Uint8Array> {
  if (/^(https?|data):/.test(image)) return new URL(image);
  try {
    return await readBytes(image);
  } catch (cause) {
    throw new PflowError('not_found', `The image '${image}' cannot be read.`, { cause });
  }
}

async function accounted(streamed: Streamed, request: LlmRequest, provider: string): Promise<LlmResponse> {
  const { answer, text, model, finishReason, toolCalls, firstTokenMs, ids } = streamed;
  const reasoning = streamed.reasoning ?? splitReasoning(answer).reasoning;
  const rawUsage = streamed.usage?.raw;
  const reported = rawUsage === undefined ? undefined : normalizeUsage(rawUsage, { provider });
  const usage =
    reported && hasCounts(reported)
      ? reported
      : await estimateUsage(
          `${request.system ?? ''}${request.prompt}`,
          (streamed.reasoning ?? '') + answer,
          model,
        );
  return {
    text,
    model,
    usage,
    usageOrigin: usage === reported ? 'reported' : 'estimated',
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(rawUsage === undefined ? {} : { rawUsage }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(ids === undefined ? {} : { ids }),
  };
}

function withObject(response: LlmResponse, schema: NonNullable<LlmRequest['schema']>): LlmResponse {
  const answer = readStructuredAnswer(response.text, schema);
  if ('object' in answer) return { ...response, object: answer.object };
  const why = REASONS[response.finishReason ?? ''];
  throw new UnusableAnswer(answer.problem + (why ? ` It ${why}.` : ''), response);
}

const REASONS: Readonly<Record<string, string>> = {
  length: 'was cut at the limit of output tokens',
  'content-filter': 'was withheld by a content filter',
  refusal: 'is a refusal',
  'tool-calls': 'is a tool call',
};
