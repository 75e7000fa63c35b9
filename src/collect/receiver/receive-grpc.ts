/** Receives telemetry over OTLP/gRPC: unary calls over HTTP/2 without TLS. */

import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { messageOf } from '../../lib/error.js';
import { decodeOtlpJson } from '../../otlp/decode/decode-json.js';
import { decodeOtlpProtobuf } from '../../otlp/decode/decode-protobuf.js';
import type { OtlpSignal } from '../../otlp/otlp-messages.js';
import { BodyError, decodeBody, readBody } from './read-body.js';
import type { ReceiverOptions } from './receive-otlp.js';

/** A server for exporters of gRPC. */
export type GrpcReceiver = Readonly<{ port: number; close(): Promise<void> }>;

/** Status codes of gRPC. */
const OK = 0;
const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;

/** A message is preceded by a flag for compression and its length in 4 bytes. */
const PREFIX_BYTES = 5;

const paths: Readonly<Record<string, OtlpSignal | undefined>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

/** Listens on 127.0.0.1. Rejects with the system's error if the port is in use. */
export async function listenForGrpc(port: number, options: ReceiverOptions): Promise<GrpcReceiver> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    receive(stream, headers, options).then(
      () => answer(stream, OK),
      (error: unknown) => {
        const status = error instanceof GrpcError ? error.status : statusOf(error);
        answer(stream, status, messageOf(error));
      },
    );
  });
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

class GrpcError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function statusOf(error: unknown): number {
  if (!(error instanceof BodyError)) return UNAVAILABLE;
  return error.status === 413 ? RESOURCE_EXHAUSTED : INVALID_ARGUMENT;
}

async function receive(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { onMessage, onRequest }: ReceiverOptions,
): Promise<void> {
  const signal = paths[headers[':path'] ?? ''];
  if (headers[':method'] !== 'POST' || !/^application\/grpc\b/.test(headers['content-type'] ?? '')) {
    stream.resume();
    throw new GrpcError(INVALID_ARGUMENT, 'This is not a call of gRPC.');
  }
  if (signal === undefined) {
    stream.resume();
    throw new GrpcError(UNIMPLEMENTED, 'There is no such method.');
  }
  const bytes = await readMessage(stream);
  const encoding = headers['grpc-encoding'];
  const coding = bytes[0] === 1 && typeof encoding === 'string' ? encoding : undefined;
  const message = bytes.subarray(PREFIX_BYTES);
  onRequest?.(signal, message, toHttpHeaders(headers, coding));
  const body = await decodeBody(message, coding);
  let json: object;
  try {
    json = decodeOtlpProtobuf(body, signal);
  } catch {
    throw new GrpcError(INVALID_ARGUMENT, 'The body is not an OTLP message.');
  }
  onMessage({ signal, json, received: decodeOtlpJson(json) });
}

/** The headers of the same message over OTLP/HTTP. */
function toHttpHeaders(headers: IncomingHttpHeaders, coding: string | undefined): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !/^(?::|grpc-|te$|content-|accept)/.test(name));
  return {
    ...Object.fromEntries(kept),
    'content-type': 'application/x-protobuf',
    ...(coding === undefined || coding === 'identity' ? {} : { 'content-encoding': coding }),
  };
}

/** The one message of a unary call, with its prefix. */
async function readMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  const bytes = await readBody(stream as AsyncIterable<Buffer>);
  if (bytes.length < PREFIX_BYTES || bytes.readUInt32BE(1) !== bytes.length - PREFIX_BYTES)
    throw new GrpcError(INVALID_ARGUMENT, 'The message is not complete.');
  return bytes;
}

/** An empty message is the response of a complete success; the status follows as a trailer. */
function answer(stream: ServerHttp2Stream, status: number, message?: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const trailers = {
    'grpc-status': String(status),
    ...(message === undefined ? {} : { 'grpc-message': encodeURIComponent(message) }),
  };
  if (status !== OK) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
    return;
  }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(Buffer.alloc(PREFIX_BYTES));
}
