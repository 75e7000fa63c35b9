/** Matches paths with globs: picomatch, with braces and parentheses as a shell reads them. */
import picomatch from 'picomatch';
import { PflowError } from '../../lib/error.js';
import { formatCount } from '../../lib/text/format.js';

/**
 * A predicate for paths (relative, with `/`): `*` and `?` match within a name, `**` spans directories; `{a,b}`, `{1..3}`,
 * `[a-z]`, `[[:digit:]]` and `@(a|b)` choose, a backslash escapes. As in a shell, wildcards do not match a leading dot, and
 * case matters. A glob without `/` is matched with the last name only.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const matches = picomatch(escapeParentheses(glob), {
    posix: true,
    regex: false,
    nonegate: true,
    keepQuotes: true,
    windows: false,
    // A `?` is one character, also of those that take two UTF-16 units.
    flags: 'u',
    expandRange: (from, to, step) => expandRange(from, to, typeof step === 'string' ? step : '1'),
  });
  return (path) => matches(glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
}

/** Maximum size of a numeric range. */
const MAX_RANGE = 10_000;

/** A range `{from..to}` or `{from..to..step}` as a regular expression: picomatch itself knows ranges of one character only. */
function expandRange(from: string, to: string, step: string): string {
  const letters = from.length === 1 && to.length === 1 && /[a-z]/i.test(from) && /[a-z]/i.test(to);
  const numbers = /^-?\d+$/.test(from) && /^-?\d+$/.test(to);
  const by = Math.abs(Number(step)) || 1;
  if (!(letters || numbers) || !Number.isInteger(by)) return String.raw`\{${from}\.\.${to}\}`;
  const valueOf = (end: string) => (numbers ? Number(end) : end.codePointAt(0)!);
  const [first, last] = [valueOf(from), valueOf(to)];
  const count = Math.floor(Math.abs(last - first) / by) + 1;
  if (count > MAX_RANGE)
    throw new PflowError(
      'node_failed',
      `The range {${from}..${to}} contains ${formatCount(count)} numbers (limit ${formatCount(MAX_RANGE)}).`,
    );
  const digits = [from, to].some((end) => /^-?0\d/.test(end)) ? Math.max(from.length, to.length) : 0;
  const values = Array.from({ length: count }, (_, i) => first + Math.sign(last - first) * by * i);
  return `(?:${values.map((value) => (numbers ? padded(value, digits) : String.fromCodePoint(value))).join('|')})`;
}

/** With leading zeros where the range is written with them. */
function padded(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(value < 0 ? digits - 1 : digits, '0');
  return value < 0 ? `-${text}` : text;
}

/** Parentheses that do not follow `?`, `*`, `+`, `@` or `!` are a part of a name; picomatch would group by them. */
function escapeParentheses(glob: string): string {
  const groups: boolean[] = [];
  return glob.replace(/\\.|\[[^\]]*\]|([?*+@!]?)\(|\)/gsu, (token, operator: string | undefined) => {
    if (token.endsWith('(') && operator !== undefined) {
      groups.push(operator !== '');
      return operator === '' ? String.raw`\(` : token;
    }
    if (token !== ')') return token;
    return groups.pop() ? token : String.raw`\)`;
  });
}
