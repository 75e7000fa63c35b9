/** Decodes HTTP response bodies. */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { formatCount } from '../../lib/text/format.js';
import { decodeBytes } from '../files/encoding.js';
import { runIsolated } from '../isolated/run-isolated.js';

/** A decoded body. */
export type DecodedResponse = Readonly<{ response: unknown; text: string | undefined; binary: boolean }>;

/** Limits for the conversion of a web page to text. */
export type PageOptions = Readonly<{
  timeoutMs: number;
  signal: AbortSignal;
  onWarning: (message: string) => void;
}>;

/** Of a longer page only the beginning is converted to text: parsing takes seconds per megabyte. */
const MAX_PAGE = 5_000_000;

/** Decodes a body by content type: JSON parsed, HTML with its readable text, text as text, anything else as base64. */
export async function decodeResponse(
  bytes: Buffer,
  contentType: string,
  page: PageOptions,
): Promise<DecodedResponse> {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const { text, binary } = /^text\/|json|xml|javascript/.test(type)
    ? { text: decodeText(bytes, contentType), binary: false }
    : decodeBytes(bytes);
  if (binary) return { response: text, text: undefined, binary };
  if (type.endsWith('json')) return { response: parsed(text), text, binary };
  if (type !== 'text/html' && type !== 'application/xhtml+xml') return { response: text, text, binary };
  return { response: text, text: await convertPage(text, page), binary };
}

function convertPage(html: string, { timeoutMs, signal, onWarning }: PageOptions): Promise<string> {
  if (html.length > MAX_PAGE)
    onWarning(
      `The page has ${formatCount(html.length)} characters; \`text\` was made from the first ${formatCount(MAX_PAGE)}.`,
    );
  const options = { what: 'The conversion of the page to text', timeoutMs, signal };
  return runIsolated('readable-text', html.slice(0, MAX_PAGE), options);
}

function decodeText(bytes: Buffer, contentType: string): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? declaredInPage(bytes);
  // Undeclared non-UTF-8 text is most often windows-1252, which browsers assume too.
  const fallback = isUtf8(bytes) ? 'utf-8' : 'windows-1252';
  try {
    return new TextDecoder(charset ?? fallback).decode(bytes);
  } catch {
    return new TextDecoder(fallback).decode(bytes);
  }
}

function declaredInPage(bytes: Buffer): string | undefined {
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString('latin1', 0, 1024))?.[1];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
