/** Parses JSON with error positions. */

import { messageOf } from '../../lib/error.js';

/** Parses JSON. Throws a SyntaxError whose message starts with the 1-based line and column. */
export function parseJson(text: string): unknown {
  const source = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(source) as unknown;
  } catch (cause) {
    const fault = findFault(source);
    if (!fault) throw new SyntaxError(messageOf(cause), { cause });
    const before = source.slice(0, fault.at).split('\n');
    throw new SyntaxError(`line ${before.length}, column ${before.at(-1)!.length + 1}: ${fault.what}`, {
      cause,
    });
  }
}

type Fault = Readonly<{ at: number; what: string }>;
type Expecting = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or }' | ', or ]' | 'end';

const tokens =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null))/iy;

/** Locates a syntax error; the errors of the engine do not always have a position. */
function findFault(source: string): Fault | undefined {
  const closers: string[] = [];
  let expecting: Expecting = 'value';
  let end = 0;
  const afterValue = (): Expecting => {
    const closer = closers.at(-1);
    return closer === undefined ? 'end' : closer === '}' ? ', or }' : ', or ]';
  };
  for (;;) {
    tokens.lastIndex = end;
    const token = tokens.exec(source);
    if (!token) return faultAt(source, end, expecting);
    const [whole, mark, string] = token;
    const at = end + whole.length - whole.trimStart().length;
    const wanted = accepts(expecting, mark, string !== undefined);
    if (!wanted) return faultAt(source, at, expecting);
    end += whole.length;
    if (mark === '{') expecting = (closers.push('}'), 'key or }');
    else if (mark === '[') expecting = (closers.push(']'), 'value or ]');
    else if (mark === '}' || mark === ']') expecting = (closers.pop(), afterValue());
    else if (mark === ',') expecting = closers.at(-1) === '}' ? 'key' : 'value';
    else if (mark === ':') expecting = 'value';
    else expecting = expecting.startsWith('key') ? ':' : afterValue();
  }
}

function accepts(expecting: Expecting, mark: string | undefined, isString: boolean): boolean {
  if (expecting.startsWith('key')) return isString || (mark === '}' && expecting === 'key or }');
  if (expecting.startsWith('value'))
    return mark === undefined || mark === '{' || mark === '[' || (mark === ']' && expecting === 'value or ]');
  return expecting !== 'end' && mark !== undefined && expecting.includes(mark) && mark.trim() !== '';
}

const words: Readonly<Record<Expecting, string>> = {
  value: 'a value',
  'value or ]': "a value or ']'",
  'key or }': "a key in double quotes or '}'",
  key: 'a key in double quotes',
  ':': "':'",
  ', or }': "',' or '}'",
  ', or ]': "',' or ']'",
  end: 'the end of the file',
};

function faultAt(source: string, from: number, expecting: Expecting): Fault | undefined {
  const rest = source.slice(from);
  const at = from + rest.length - rest.trimStart().length;
  if (at >= source.length)
    return expecting === 'end'
      ? undefined
      : { at: source.length, what: `the text ends where ${words[expecting]} should be.` };
  tokens.lastIndex = at;
  if (source[at] === '"' && !tokens.test(source))
    return { at, what: 'this text is not closed on its line, or has a bad escape.' };
  const found = /^(?:"[^"\n]*"|[\w$]+|.)/su.exec(source.slice(at))![0];
  return { at, what: `expected ${words[expecting]}, found '${found.slice(0, 20)}'.` };
}
