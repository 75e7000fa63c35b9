import type { Captured } from './captured.js';

const PIECE = 1 << 16;
/** Below this level parts are small: what is large among them is kept by itself. */
const LEVELS = 3;

/** Tells the JSON of a value piece by piece; together they are what `JSON.stringify` would make in one. */
export function jsonPieces(value: Captured, tell: (piece: string) => void): void {
  let waiting = '';
  const add = (text: string) => {
    waiting += text;
    if (waiting.length < PIECE) return;
    tell(waiting);
    waiting = '';
  };
  write(value, LEVELS, add);
  if (waiting !== '') tell(waiting);
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

/** The two halves of a character outside the basic plane stay together: alone, JSON would escape them. */
function pieceEnd(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}
