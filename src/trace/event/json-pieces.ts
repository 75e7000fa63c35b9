/** Serializes a captured value as JSON in pieces, so that a huge value never exists as one string. */
import type { Captured } from './captured.js';

const PIECE = 1 << 16;
/** Depth below which parts are assumed to be small: large ones there are stored as blobs of their own. */
const LEVELS = 3;

/** Calls `emit` with the value's JSON in pieces; concatenated, they equal the output of `JSON.stringify`. */
export function jsonPieces(value: Captured, emit: (piece: string) => void): void {
  let buffered = '';
  const add = (text: string) => {
    buffered += text;
    if (buffered.length < PIECE) return;
    emit(buffered);
    buffered = '';
  };
  write(value, LEVELS, add);
  if (buffered !== '') emit(buffered);
}

function write(value: Captured, levels: number, add: (text: string) => void): void {
  if (typeof value === 'string' && value.length > PIECE) return writeText(value, add);
  if (typeof value !== 'object' || value === null || levels === 0) return add(JSON.stringify(value));
  const isList = Array.isArray(value);
  let separator = isList ? '[' : '{';
  for (const key of Object.keys(value)) {
    add(isList ? separator : `${separator}${JSON.stringify(key)}:`);
    write((value as { readonly [key: string]: Captured })[key]!, levels - 1, add);
    separator = ',';
  }
  if (separator !== ',') add(separator);
  add(isList ? ']' : '}');
}

function writeText(text: string, add: (text: string) => void): void {
  add('"');
  for (let from = 0; from < text.length;) {
    const end = pieceEnd(text, from + PIECE);
    add(JSON.stringify(text.slice(from, end)).slice(1, -1));
    from = end;
  }
  add('"');
}

/** Keeps surrogate pairs together: JSON would escape a lone half. */
function pieceEnd(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}
