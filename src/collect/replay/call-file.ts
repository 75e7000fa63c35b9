/** The file that model calls are recorded in: JSON lines, a head and one line per call. */

import { readFileSync } from 'node:fs';
import { messageOf, PflowError } from '../../lib/error.js';
import type { Answer } from '../../tap/exchange/deliver-answer.js';

const FORMAT = 'pflow-calls';
const VERSION = 1;

/** The first line, and a later one once the model of the run is chosen. */
export type CallFileHead = Readonly<{
  format: typeof FORMAT;
  version: number;
  /** The version of pflow that wrote it. */
  pflow: string;
  /** The model of the run, so that a replay needs neither a key nor a server to choose it. */
  model?: RecordedModel;
  /** Names of the environment variables with keys of providers that were set. */
  keys: readonly string[];
}>;

export type RecordedModel = Readonly<{ provider: string; model: string; free: boolean; baseUrl?: string }>;

/** A request and its response, without secrets. */
export type RecordedCall = Readonly<{
  /** 1, 2, 3 … in the order in which the requests were sent. */
  call: number;
  request: RecordedRequest;
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Milliseconds from the request to the head of the response. */
  headMs: number;
  /** The body: milliseconds since the piece before, and text, or base64 where it is no text. */
  pieces: readonly RecordedPiece[];
  /** The connection ended so many milliseconds after the last piece, before the response did. */
  cutMs?: number;
}>;

export type RecordedPiece = readonly [ms: number, data: string | Readonly<{ base64: string }>];

/** What identifies a request: see normalize-request.ts. */
export type RecordedRequest = Readonly<{ method: string; path: string; model?: string; body: unknown }>;

/** The head of a file that is written now. */
export function createHead(head: Omit<CallFileHead, 'format' | 'version'>): CallFileHead {
  return { format: FORMAT, version: VERSION, ...head };
}

/** Reads a file of recorded calls, in the order of their requests. Throws a PflowError for any other file. */
export function readCallFile(path: string): { head: CallFileHead; calls: readonly RecordedCall[] } {
  const lines = readLines(path);
  const head = lines[0];
  if (!isHead(head)) throw notRecorded(path);
  if (head.version > VERSION) {
    throw new PflowError('usage', `'${path}' was recorded by a newer pflow (${head.pflow}).`, {
      hint: 'Update pflow, or record it again with --record.',
    });
  }
  const heads = lines.filter(isHead);
  const calls = lines.filter(isCall).toSorted((a, b) => a.call - b.call);
  return { head: heads.at(-1)!, calls };
}

/** Whether a file may be replaced by a recording: it is one, or empty. */
export function isCallFile(path: string): boolean {
  const lines = readLines(path);
  return lines.length === 0 || isHead(lines[0]);
}

/** The lines of a file; the last one may be torn, when the process was killed. */
function readLines(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = isMissing
      ? `There is no file '${path}' with recorded calls.`
      : `The recorded calls cannot be read: ${messageOf(cause)}.`;
    throw new PflowError('not_found', message, { cause, hint: `Record them first: --record ${path}` });
  }
  return text.split('\n').flatMap((line): unknown[] => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [undefined];
    }
  });
}

function isHead(value: unknown): value is CallFileHead {
  return (value as { format?: unknown } | null | undefined)?.format === FORMAT;
}

function isCall(value: unknown): value is RecordedCall {
  const { call, request, status, pieces } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof call === 'number' &&
    typeof status === 'number' &&
    typeof request === 'object' &&
    request !== null &&
    Array.isArray(pieces)
  );
}

function notRecorded(path: string): PflowError {
  return new PflowError('usage', `'${path}' holds no recorded calls.`, {
    hint: 'Record them with --record <file>. A trace holds no responses to replay.',
  });
}

/** The response of a call as it is delivered again. */
export function toAnswer({ status, headers, headMs, pieces, cutMs }: RecordedCall): Answer {
  return {
    status,
    headers,
    headAfterMs: headMs,
    pieces: pieces.map(([afterMs, data]) => ({
      afterMs,
      data: typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.base64, 'base64'),
    })),
    ...(cutMs === undefined ? {} : { cutAfterMs: cutMs }),
  };
}
