/** Maps JSON paths and syntax errors to line numbers for error messages. */

/** Line numbers in a JSON text, counted from 1. */
export type JsonLocations = Readonly<{
  /** The first place that breaks JSON's grammar; undefined in a valid text. */
  error: Readonly<{ line: number; column: number }> | undefined;
  /** The line of a key or element by its path: `["models", "gpt-5", "tiers", 0]`. */
  findLine(path: readonly (string | number)[]): number | undefined;
  /** The lines of all keys and elements, in the order of the text. */
  listLines(): Readonly<{ path: readonly (string | number)[]; line: number }>[];
}>;

/**
 * Parses a JSON text for the positions of its keys, elements and first syntax error. JSON.parse reports a position for some
 * errors only, and none for values.
 */
export function locateJson(text: string): JsonLocations {
  const starts = new Map<string, number>();
  const tokens = tokensOf(text);
  const isWhole = readValue(tokens, [], starts) && tokens.peek() === undefined && tokens.atEnd();
  return {
    error: isWhole ? undefined : placeOf(text, tokens.position()),
    findLine: (path) => {
      const start = starts.get(JSON.stringify(path));
      return start === undefined ? undefined : placeOf(text, start).line;
    },
    listLines() {
      let line = 1;
      let counted = 0;
      return [...starts]
        .toSorted(([, a], [, b]) => a - b)
        .map(([key, start]) => {
          for (; counted < start; counted++) if (text[counted] === '\n') line++;
          return { path: JSON.parse(key) as Path, line };
        });
    },
  };
}

type Path = readonly (string | number)[];

type Tokens = {
  peek(): string | undefined;
  take(): string | undefined;
  /** Where the next token begins, past white space. */
  position(): number;
  atEnd(): boolean;
};

const string = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[\\da-fA-F]{4}))*"';
const number = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?(?![\\w.])';

function tokensOf(text: string): Tokens {
  const token = new RegExp(`${string}|${number}|(?:true|false|null)(?!\\w)|[{}[\\],:]`, 'y');
  const space = /[ \t\r\n]*/y;
  let at = 0;
  const position = (): number => {
    space.lastIndex = at;
    return at + (space.exec(text)?.[0].length ?? 0);
  };
  const peek = (): string | undefined => {
    token.lastIndex = position();
    return token.exec(text)?.[0];
  };
  const take = (): string | undefined => {
    const next = peek();
    if (next !== undefined) at = position() + next.length;
    return next;
  };
  return { peek, take, position, atEnd: () => position() === text.length };
}

// Whether a complete value was read; if not, the tokenizer's position is that of the syntax error.
function readValue(tokens: Tokens, path: Path, starts: Map<string, number>): boolean {
  const next = tokens.peek();
  if (next === undefined || '}],:'.includes(next)) return false;
  tokens.take();
  if (next === '{') return readItems(tokens, '}', () => readMember(tokens, path, starts));
  if (next !== '[') return true;
  let index = 0;
  return readItems(tokens, ']', () => {
    const element = [...path, index++];
    starts.set(JSON.stringify(element), tokens.position());
    return readValue(tokens, element, starts);
  });
}

function readItems(tokens: Tokens, end: string, readItem: () => boolean): boolean {
  if (tokens.peek() === end) return tokens.take() === end;
  while (readItem()) {
    const next = tokens.peek();
    if (next !== ',' && next !== end) return false;
    tokens.take();
    if (next === end) return true;
  }
  return false;
}

function readMember(tokens: Tokens, path: Path, starts: Map<string, number>): boolean {
  const start = tokens.position();
  const key = tokens.peek();
  if (!key?.startsWith('"')) return false;
  tokens.take();
  if (tokens.peek() !== ':') return false;
  tokens.take();
  const member = [...path, JSON.parse(key) as string];
  starts.set(JSON.stringify(member), start);
  return readValue(tokens, member, starts);
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
