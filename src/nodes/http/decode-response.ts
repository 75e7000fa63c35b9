import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { decodeBytes } from '../files/encoding.js';

/** A response's body as the store holds it. */
export type DecodedResponse = Readonly<{ response: unknown; text: string | undefined; binary: boolean }>;

/** Reads a body by its content type: JSON parsed, a web page as its HTML and its readable text, text as text, the rest as base64. */
export async function decodeResponse(bytes: Buffer, contentType: string): Promise<DecodedResponse> {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const { text, binary } = /^text\/|json|xml|javascript/.test(type)
    ? { text: decodeText(bytes, contentType), binary: false }
    : decodeBytes(bytes);
  if (binary) return { response: text, text: undefined, binary };
  if (type.endsWith('json')) return { response: parsed(text), text, binary };
  if (type !== 'text/html' && type !== 'application/xhtml+xml') return { response: text, text, binary };
  // Only pages need a parser, and it is large.
  const { readableText } = await import('./readable-text.js');
  return { response: text, text: readableText(text), binary };
}

function decodeText(bytes: Buffer, contentType: string): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? declaredInPage(bytes);
  // What is neither declared nor UTF-8 is most often this, as browsers assume too.
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
