/** Splits a response's body into the JSON documents that it holds: one, one a line, or one per event of a stream. */

import { parseEventStream, type EventStreamMessage } from './aws-event-stream.js';

/** A body as its documents. */
export type BodyDocuments = Readonly<{
  documents: readonly unknown[];
  /** Whether the documents are events of one response, rather than the response itself. */
  streamed: boolean;
  /** Whether the stream's own end marker was seen, where its format has one (`data: [DONE]`). */
  done: boolean;
  /** Whether nothing of the body was left unread. */
  readable: boolean;
}>;

/** Splits a body, without its content encoding. */
export function splitBody(body: Uint8Array, contentType: string): BodyDocuments {
  if (/amazon\.eventstream/i.test(contentType)) return fromEventStream(parseEventStream(body));
  if (/^(?:audio|video|image)\/|octet-stream/i.test(contentType)) return nothing;
  const text = new TextDecoder().decode(body);
  if (!/event-stream|ndjson|jsonl|stream\+json/i.test(contentType)) {
    const whole = parseJson(text);
    if (whole !== undefined) return fromWhole(whole);
    if (text.trimStart().startsWith('[')) return fromTruncatedArray(text);
  }
  return fromLines(text);
}

const nothing: BodyDocuments = { documents: [], streamed: false, done: false, readable: true };

/** Gemini streams without SSE as one array of chunks. */
function fromWhole(whole: unknown): BodyDocuments {
  const chunks = Array.isArray(whole) ? (whole as unknown[]) : [whole];
  return { documents: chunks, streamed: chunks.length > 1, done: false, readable: true };
}

/** The elements of an array that was cut off, as far as they are complete. */
function fromTruncatedArray(text: string): BodyDocuments {
  const documents: unknown[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}]/gs)) {
    if (token === '{' && depth++ === 0) start = index;
    if (token !== '}' || --depth !== 0) continue;
    const value = parseJson(text.slice(start, index + 1));
    if (value !== undefined) documents.push(value);
  }
  return { documents, streamed: true, done: false, readable: false };
}

/** Lines of JSON, or an event stream: an event's data may be spread over several `data:` lines, its name over `event:`. */
function fromLines(text: string): BodyDocuments {
  const documents: unknown[] = [];
  let done = false;
  let readable = true;
  let data: string | undefined;
  const flush = (): void => {
    if (data === undefined) return;
    const value = parseJson(data);
    if (value !== undefined) documents.push(value);
    else if (data.trim() === '[DONE]') done = true;
    else readable = false;
    data = undefined;
  };
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith('data:')) {
      const more = line.slice(line[5] === ' ' ? 6 : 5);
      // Some servers end an event with one line break: what is complete by itself is a document.
      if (data !== undefined && isJson(data)) flush();
      data = data === undefined ? more : `${data}\n${more}`;
    } else if (line === '') flush();
    else if (/^(?:event|id|retry)?:/.test(line)) continue;
    else {
      flush();
      const value = parseJson(line.replace(/^[\s,[]+|[\s,\]]+$/g, ''));
      if (value !== undefined) documents.push(value);
      else if (/[^\s,[\]]/.test(line)) readable = false;
    }
  }
  flush();
  return { documents, streamed: true, done, readable };
}

function fromEventStream(messages: readonly EventStreamMessage[]): BodyDocuments {
  const documents = messages.flatMap(({ headers, payload }) => {
    const value = parseJson(new TextDecoder().decode(payload));
    if (value === undefined) return [];
    if (headers[':message-type'] === 'exception' || headers[':message-type'] === 'error') {
      return [
        { error: { ...(value as object), type: headers[':exception-type'] ?? headers[':error-code'] } },
      ];
    }
    return [nativeEvent(value) ?? { [headers[':event-type'] ?? 'event']: value }];
  });
  return { documents, streamed: true, done: false, readable: true };
}

/** InvokeModel wraps an event of the model's own format as base64. */
function nativeEvent(value: unknown): unknown {
  const bytes = (value as { bytes?: unknown } | null)?.bytes;
  return typeof bytes === 'string' ? parseJson(Buffer.from(bytes, 'base64').toString()) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  return text.trim() === '[DONE]' || parseJson(text) !== undefined;
}
