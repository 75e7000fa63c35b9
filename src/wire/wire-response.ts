/** Reads the response to a request to a model: its answer, its usage, or the provider's error. */

import { asFields, getField, toList, type Fields } from '../usage/fields/fields.js';
import { normalizeUsage } from '../usage/normalize.js';
import { hasCounts, type Usage } from '../usage/record/usage.js';
import { Answer, readError } from './answer.js';
import { readAnthropicDocument } from './anthropic-answer.js';
import { readConverseDocument, readInvokeDocument } from './bedrock-answer.js';
import { splitBody, type BodyDocuments } from './body-documents.js';
import { readGeminiDocument, readInteractionDocument } from './google-answer.js';
import { identifyLocalServer } from './local-server.js';
import { readChatDocument, readMediaEvent, readResponsesDocument } from './openai-answer.js';
import {
  readAiSdkDocument,
  readCohereDocument,
  readConversationDocument,
  readOllamaDocument,
  readPlainDocument,
} from './other-answers.js';
import type { WireError, WireRequest, WireResponse } from './wire-call.js';

/** A response as it came: its body without content encoding, as far as it arrived. */
export type HttpResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Whether all of the body arrived, and could be decoded. */
  complete: boolean;
}>;

/** What a response to `request` holds. It never throws: what cannot be read is absent. */
export function parseWireResponse(response: HttpResponse, request: WireRequest): WireResponse {
  const { status, headers } = response;
  const body = splitBody(response.body, headers['content-type'] ?? '');
  const answer = new Answer();
  for (const document of body.documents) readDocument(document, answer);
  const ok = status >= 200 && status < 300;
  if (!ok) answer.error ??= statusError(response, body);
  const usage = ok ? readUsage(body, headers, request) : null;
  const incomplete = ok && isIncomplete(response, body, answer, usage);
  const requestId = requestIds.map((name) => headers[name]).find((id) => id !== undefined);
  const rawUsage = body.documents.map(rawUsageOf).findLast((raw) => raw !== undefined);
  const localServer = identifyLocalServer(headers, body.documents);
  return {
    status,
    ...(answer.model === undefined ? {} : { model: answer.model }),
    ...(answer.id === undefined ? {} : { id: answer.id }),
    ...(requestId === undefined ? {} : { requestId }),
    text: answer.text,
    ...(answer.reasoning === '' ? {} : { reasoning: answer.reasoning }),
    toolCalls: answer.toolCalls,
    ...(answer.finishReason === undefined ? {} : { finishReason: answer.finishReason }),
    usage: usage && incomplete ? { ...usage, incomplete: true } : usage,
    ...(rawUsage === undefined || !ok ? {} : { rawUsage }),
    ...(answer.error === undefined ? {} : { error: answer.error }),
    incomplete,
    ...(localServer === undefined ? {} : { localServer }),
  };
}

/** The readers of the formats: the first that knows a document reads it, so the most telling come first. */
const readers: readonly ((document: Fields, answer: Answer) => boolean)[] = [
  readResponsesDocument,
  readChatDocument,
  readAnthropicDocument,
  readGeminiDocument,
  readInteractionDocument,
  readConversationDocument,
  readCohereDocument,
  readOllamaDocument,
  readConverseDocument,
  readAiSdkDocument,
  readMediaEvent,
  readInvokeDocument,
  readPlainDocument,
];

function readDocument(document: unknown, answer: Answer): void {
  const fields = asFields(document);
  if (!fields) return;
  const error = fields['error'];
  if (error !== undefined && error !== null) answer.fail(error);
  readers.some((read) => read(fields, answer));
}

function readUsage(
  { documents, streamed }: BodyDocuments,
  headers: Readonly<Record<string, string>>,
  request: WireRequest,
): Usage | null {
  const source = streamed ? documents : documents[0];
  const hint = { provider: usageProvider(request), api: request.api };
  const fromBody = normalizeUsage(source, hint);
  const usage = hasCounts(fromBody) ? fromBody : normalizeUsage(countsInHeaders(headers), hint);
  const cost = costInHeaders(headers);
  if (cost !== undefined && usage.reportedCostUsd === undefined) {
    return { ...usage, reportedCostUsd: cost, reportedCostSource: 'gateway' };
  }
  if (hasCounts(usage) || usage.reportedCostUsd !== undefined) return usage;
  return unitsOf(documents[0], request);
}

/** What is billed by the unit and follows from the exchange itself: characters spoken, images made, seconds heard. */
function unitsOf(document: unknown, { api, prompt }: WireRequest): Usage | null {
  const known = { source: `${api}-units`, convention: 'assumed', warnings: [] } as const;
  if (api === 'speech' && typeof prompt === 'string')
    return { characters: Array.from(prompt).length, ...known };
  const images = toList(getField(document, 'data')).length;
  if (api === 'image' && images > 0) return { images, ...known };
  const seconds = Number(getField(document, 'duration'));
  if (api === 'transcription' && seconds > 0) return { seconds, ...known };
  return null;
}

/** Whose convention the counts follow: that of the wire format, at whichever host. */
function usageProvider({ format, provider }: WireRequest): string {
  return format === 'anthropic' || format === 'google' || format === 'cohere' ? format : provider;
}

/** Bedrock reports the tokens of InvokeModel in headers, for models whose bodies do not. */
function countsInHeaders(headers: Readonly<Record<string, string>>): unknown {
  const metrics = Object.fromEntries(
    countHeaders.flatMap(([header, name]) =>
      headers[header] === undefined ? [] : [[name, headers[header]]],
    ),
  );
  return { 'amazon-bedrock-invocationMetrics': metrics };
}

const countHeaders = [
  ['x-amzn-bedrock-input-token-count', 'inputTokenCount'],
  ['x-amzn-bedrock-output-token-count', 'outputTokenCount'],
  ['x-amzn-bedrock-cache-read-input-token-count', 'cacheReadInputTokenCount'],
  ['x-amzn-bedrock-cache-write-input-token-count', 'cacheWriteInputTokenCount'],
] as const;

/** The cost in USD that LiteLLM writes into a header; a stream's header precedes the cost and is 0. */
function costInHeaders(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['x-litellm-response-cost'];
  const cost = text === undefined || text.trim() === '' ? NaN : Number(text);
  const isStream = /event-stream/i.test(headers['content-type'] ?? '');
  return Number.isFinite(cost) && (cost > 0 || (cost === 0 && !isStream)) ? cost : undefined;
}

function isIncomplete(
  { complete }: HttpResponse,
  { documents, streamed, done, readable }: BodyDocuments,
  answer: Answer,
  usage: Usage | null,
): boolean {
  if (!streamed) return !complete || !readable;
  if (answer.error !== undefined || documents.length === 0) return true;
  // The counts of a chat stream come after its reason to finish.
  return !done && !(answer.ended && (complete || usage !== null));
}

function statusError({ status, body }: HttpResponse, { documents }: BodyDocuments): WireError {
  for (const document of documents) {
    const error = readError(document);
    if (error) return error;
  }
  const text = new TextDecoder().decode(body.subarray(0, 2000));
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  const message = title ?? (/^\s*</.test(text) ? '' : text.trim().slice(0, 500));
  return { message: message === '' ? `HTTP status ${status}` : message };
}

const requestIds = ['x-request-id', 'request-id', 'x-amzn-requestid', 'apim-request-id', 'x-goog-request-id'];

function rawUsageOf(document: unknown): unknown {
  for (const holder of [
    document,
    getField(document, 'response'),
    getField(document, 'message'),
    getField(document, 'metadata'),
  ]) {
    for (const name of ['usage', 'usageMetadata', 'amazon-bedrock-invocationMetrics', 'meta']) {
      const raw = asFields(getField(holder, name));
      if (raw) return raw;
    }
  }
  return undefined;
}
