/** Parses captured HTTP exchanges from the records of claude-tap and HAR. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { HttpRequest } from '../../wire/wire-request.js';
import type { HttpResponse } from '../../wire/wire-response.js';
import { textIn } from '../frame/record-text.js';
import { stringifyAny, toNumber } from '../../lib/data/foreign-value.js';

export type Exchange = Readonly<{ request: HttpRequest; response: HttpResponse }>;

/** Whether a record is an exchange in the form of claude-tap. */
export function isTap(record: unknown): boolean {
  return (
    textIn(getField(record, 'request'), 'method') !== undefined &&
    textIn(getField(record, 'request'), 'path') !== undefined &&
    asFields(getField(record, 'response')) !== undefined
  );
}

/** Whether a record is a HAR document. */
export function isHar(record: unknown): boolean {
  return toList(getField(record, 'log', 'entries')).some(
    (entry) => textIn(entry, 'startedDateTime') !== undefined,
  );
}

/** The exchange of a record of claude-tap. A WebSocket's messages are read like the events of a stream. */
export function fromTap(record: Fields): Exchange {
  const request = asFields(record['request']) ?? {};
  const response = asFields(record['response']) ?? {};
  const upstream = textIn(record, 'upstream_base_url') ?? 'https://unknown';
  const events = [...toList(response['sse_events']), ...toList(response['ws_events'])];
  const isSocket = request['method'] === 'WEBSOCKET';
  const headers = lowerCase(response['headers']);
  return {
    request: {
      method: isSocket ? 'POST' : String(request['method']),
      url: joinUrl(upstream, String(request['path'])),
      headers: lowerCase(request['headers']),
      body: toBytes(request['body']),
    },
    response: {
      status: isSocket ? 200 : toNumber(response['status'] ?? 0),
      headers: events.length > 0 ? { ...headers, 'content-type': 'text/event-stream' } : headers,
      body:
        events.length > 0
          ? Buffer.from(events.map(toEvent).join(''))
          : (toBytes(response['body']) ?? new Uint8Array()),
      complete: true,
    },
  };
}

/** The exchange of an entry of a HAR document. */
export function fromHar(entry: Fields): Exchange | undefined {
  const url = textIn(getField(entry, 'request'), 'url');
  if (url === undefined) return undefined;
  const content = getField(entry, 'response', 'content');
  const text = textIn(content, 'text') ?? '';
  return {
    request: {
      method: String(getField(entry, 'request', 'method')),
      url,
      headers: fromPairs(getField(entry, 'request', 'headers')),
      body: toBytes(getField(entry, 'request', 'postData', 'text')),
    },
    response: {
      status: Number(getField(entry, 'response', 'status') ?? 0),
      headers: fromPairs(getField(entry, 'response', 'headers')),
      body: Buffer.from(text, textIn(content, 'encoding') === 'base64' ? 'base64' : 'utf8'),
      complete: true,
    },
  };
}

/** The path is relative to the upstream's path, unless it already contains it. */
function joinUrl(upstream: string, path: string): string {
  const base = upstream.replace(/\/+$/, '');
  return `${base}${path.startsWith('/') ? path : `/${path}`}`;
}

function toBytes(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Serializes an event: its data, parsed or not, is in a `data` field or is the event itself. */
function toEvent(event: unknown): string {
  const data = getField(event, 'data') ?? event;
  const name = textIn(event, 'event');
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`;
}

function lowerCase(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asFields(headers) ?? {}).map(([name, value]) => [name.toLowerCase(), stringifyAny(value)]),
  );
}

function fromPairs(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    toList(headers).flatMap((each) => {
      const name = textIn(each, 'name');
      return name === undefined ? [] : [[name.toLowerCase(), textIn(each, 'value') ?? '']];
    }),
  );
}
