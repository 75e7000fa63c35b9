/** Decodes HTTP response bodies. */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { decodeBytes } from '../files/encoding.js';

/** A decoded body. */
export type DecodedResponse = Readonly<{ response: unknown; text: string | undefined; binary: boolean }>;

/** Decodes a body by content type: JSON parsed, HTML with its readable text, text as text, anything else as base64. */
export async function decodeResponse(bytes: Buffer, contentType: string): Promise<DecodedResponse> {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const { text, binary } = /^text\/|json|xml|javascript/.test(type)
    ? { text: decodeText(bytes, contentType), binary: false }
    : decodeBytes(bytes);
  if (binary) return { response: text, text: undefined, binary };
  if (type.endsWith('json')) return { response: parsed(text), text, binary };
  if (type !== 'text/html' && type !== 'application/xhtml+xml') return { response: text, text, binary };
  // Loaded only for HTML, since the parser is large.
  const { readableText } = await import('./readable-text.js');
  return { response: text, text: readableText(text), binary };
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
