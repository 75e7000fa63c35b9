/** Receives telemetry over OTLP/HTTP: protobuf and JSON, compressed or not. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeOtlpJson, isOtlpMessage } from '../../otlp/decode/decode-json.js';
import { decodeOtlpProtobuf } from '../../otlp/decode/decode-protobuf.js';
import type { OtlpSignal } from '../../otlp/otlp-messages.js';
import type { Received } from '../../otlp/decode/received.js';
import { BodyError, decodeBody, readBody } from './read-body.js';

/** A message as OTLP JSON, and what it contains. */
export type OtlpMessage = Readonly<{ signal: OtlpSignal; json: object; received: Received }>;

export type ReceiverOptions = Readonly<{
  /** Called with each message before it is answered: what it throws makes the sender repeat the message. */
  onMessage: (message: OtlpMessage) => void;
  /** Called with each request as it was sent, to pass it on; with the message of a call of gRPC as a request of OTLP/HTTP. */
  onRequest?: (signal: OtlpSignal, body: Buffer, headers: IncomingMessage['headers']) => void;
}>;

/** Handles a request of an exporter; false where its path is not one of OTLP. */
export type Receiver = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

const UNAVAILABLE = 503;

/** Creates a receiver of `/v1/traces`, `/v1/logs` and `/v1/metrics`. */
export function createReceiver(options: ReceiverOptions): Receiver {
  return (path, request, response) => {
    const signal = /^\/v1\/(traces|logs|metrics)(?:\?|$)/.exec(path)?.[1] as OtlpSignal | undefined;
    if (signal === undefined) return false;
    const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
    void receive(signal, request, isJson, options).then(
      (rejected) => answer(response, 200, isJson, formatResponse(signal, rejected, isJson)),
      (error: unknown) => {
        const status = error instanceof BodyError ? error.status : UNAVAILABLE;
        const message = error instanceof Error ? error.message : String(error);
        answer(response, status, isJson, formatStatus(message, isJson));
      },
    );
    return true;
  };
}

/** Resolves with the number of items that could not be read. */
async function receive(
  signal: OtlpSignal,
  request: IncomingMessage,
  isJson: boolean,
  { onMessage, onRequest }: ReceiverOptions,
): Promise<number> {
  if (request.method !== 'POST') {
    request.resume();
    throw new BodyError(405, 'Only POST is supported.');
  }
  const type = request.headers['content-type'] ?? '';
  if (!isJson && !/^application\/x-protobuf\b/i.test(type)) {
    request.resume();
    throw new BodyError(415, 'The content type must be application/x-protobuf or application/json.');
  }
  const body = await readBody(request);
  onRequest?.(signal, body, request.headers);
  const json = parse(signal, await decodeBody(body, request.headers['content-encoding']), isJson);
  const received = decodeOtlpJson(json);
  onMessage({ signal, json, received });
  return signal === 'traces' ? countSpans(json) - received.spans.length : 0;
}

function parse(signal: OtlpSignal, bytes: Buffer, isJson: boolean): object {
  if (!isJson) {
    try {
      return decodeOtlpProtobuf(bytes, signal);
    } catch (error) {
      if (error instanceof RangeError) throw new BodyError(400, 'The body is not an OTLP message.');
      throw error;
    }
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new BodyError(400, 'The body is not JSON.');
  }
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (!isOtlpMessage(value) && !isEmpty) throw new BodyError(400, 'The body is not an OTLP message.');
  return value as object;
}

function countSpans(json: object): number {
  const lists = (value: unknown, name: string): readonly Record<string, unknown>[] => {
    const list = (value as Record<string, unknown>)[name];
    return Array.isArray(list) ? (list as Record<string, unknown>[]).filter((each) => each !== null) : [];
  };
  let count = 0;
  for (const group of lists(json, 'resourceSpans'))
    for (const part of lists(group, 'scopeSpans')) count += lists(part, 'spans').length;
  return count;
}

const rejectedNames: Readonly<Record<OtlpSignal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

const REASON = 'Items without valid ids or times were dropped.';

/** The response of an export: empty, or with a partial success (field 1: rejected items 1, message 2). */
function formatResponse(signal: OtlpSignal, rejected: number, isJson: boolean): Buffer {
  if (rejected <= 0) return Buffer.from(isJson ? '{}' : '');
  if (isJson) {
    const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage: REASON };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const partial = Buffer.concat([
    Buffer.from([0x08]),
    varint(rejected),
    lengthDelimited(2, Buffer.from(REASON)),
  ]);
  return lengthDelimited(1, partial);
}

/** A google.rpc.Status, whose message is field 2. */
function formatStatus(message: string, isJson: boolean): Buffer {
  return isJson ? Buffer.from(JSON.stringify({ message })) : lengthDelimited(2, Buffer.from(message));
}

function lengthDelimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function answer(response: ServerResponse, status: number, isJson: boolean, body: Buffer): void {
  response.writeHead(status, {
    'content-type': isJson ? 'application/json' : 'application/x-protobuf',
    'content-length': body.length,
  });
  response.end(body);
}
