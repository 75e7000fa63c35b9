/** Syntax highlighting for a few common languages. */

import { segment, type Segment } from '../base/frame.js';
import type { StyleName } from '../base/theme.js';

/** Languages with syntax highlighting. */
export type Language = 'javascript' | 'python' | 'json' | 'shell';

/** The language of a fence or file extension, in any common spelling; undefined if unsupported. */
export function languageNamed(name: string): Language | undefined {
  const wanted = name.toLowerCase();
  return (Object.keys(spellings) as Language[]).find((language) => spellings[language].includes(wanted));
}

/**
 * Splits code into styled segments that concatenate to the input exactly. Comments, strings, numbers and keywords are
 * styled; unmatched text is plain. Input may be truncated: an unterminated token extends to the end.
 */
export function codeSegments(code: string, language: Language): readonly Segment[] {
  const segments: Segment[] = [];
  let plainFrom = 0;
  for (const match of code.matchAll(tokens[language])) {
    const style = styleOf(match.groups ?? {}, language);
    if (style === undefined) continue;
    if (match.index > plainFrom) segments.push(segment(code.slice(plainFrom, match.index)));
    segments.push(segment(match[0], style));
    plainFrom = match.index + match[0].length;
  }
  if (plainFrom < code.length) segments.push(segment(code.slice(plainFrom)));
  return segments;
}

/** Detects the language of a text; undefined for prose and when unsure. */
export function guessLanguage(text: string): Language | undefined {
  if (/^\s*[{[]/.test(text) && /[}\]]$/.test(text.trimEnd()) && isJson(text)) return 'json';
  const lines = text.slice(0, GUESS_FROM).split('\n');
  const [, shebang] = /^#!.*?\b(node|python|sh|bash|zsh)/.exec(lines[0]!) ?? [];
  if (shebang) return shebang === 'node' ? 'javascript' : languageNamed(shebang);
  const first = lines.find((line) => !/^\s*(?:$|#|\/[/*]|\*)/.test(line)) ?? '';
  if (/^(?:(?:async )?def \w+\(|class \w+.*:$|from [\w.]+ import |import \w+$)/.test(first)) return 'python';
  if (/^(?:import .* from ['"]|export (?:default|const|function|class|async)\b)/.test(first))
    return 'javascript';
  if (/^(?:(?:async )?function\b.*\(|(?:const|let|var) [\w{[].*=)/.test(first)) return 'javascript';
  return undefined;
}

/** Number of leading characters used for detection. */
const GUESS_FROM = 4000;

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

const spellings: Readonly<Record<Language, readonly string[]>> = {
  javascript: ['js', 'javascript', 'mjs', 'cjs', 'jsx', 'ts', 'typescript', 'tsx'],
  python: ['py', 'python', 'python3'],
  json: ['json', 'jsonc', 'json5', 'jsonl', 'ndjson'],
  shell: ['sh', 'shell', 'bash', 'zsh', 'console', 'shell-session'],
};

// The alternatives are unambiguous, so matching is linear.
const double = String.raw`"(?:\\[^]|[^"\\\n])*"?`;
const single = String.raw`'(?:\\[^]|[^'\\\n])*'?`;
const number = String.raw`(?<number>\b\d[\w.]*)`;
const word = String.raw`(?<word>[A-Za-z_$][\w$]*)`;

const tokens: Readonly<Record<Language, RegExp>> = {
  javascript: new RegExp(
    String.raw`(?<comment>//.*|/\*[^]*?(?:\*/|$(?![^])))|(?<string>${double}|${single}|${'`(?:\\\\[^]|[^`\\\\])*`?'})|${number}|${word}`,
    'g',
  ),
  python: new RegExp(
    String.raw`(?<comment>#.*)|(?<string>"""[^]*?(?:"""|$(?![^]))|'''[^]*?(?:'''|$(?![^]))|${double}|${single})|${number}|${word}`,
    'g',
  ),
  json: new RegExp(
    String.raw`(?<key>"(?:\\[^]|[^"\\\n])*"(?=\s*:))|(?<string>${double})|(?<number>-?\b\d[\w.+-]*)|${word}`,
    'g',
  ),
  shell: new RegExp(
    String.raw`(?<comment>(?<![^\s])#.*)|(?<string>"(?:\\[^]|[^"\\])*"?|'[^']*'?)|(?<variable>\$(?:\w+|\{[^}\n]*\}?))|${word}`,
    'g',
  ),
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const keywords: Readonly<Record<Language, ReadonlySet<string>>> = {
  javascript: words(
    'as async await break case catch class const continue default delete do else export extends false finally for from function if import in instanceof interface let new null of return static super switch this throw true try type typeof undefined var void while yield',
  ),
  python: words(
    'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return self True try while with yield',
  ),
  json: words('true false null'),
  shell: words(
    'if then else elif fi for in do done while until case esac function return exit export local set echo cd',
  ),
};

function styleOf(groups: Readonly<Record<string, string | undefined>>, language: Language) {
  if (groups['word'] !== undefined)
    return keywords[language].has(groups['word']) ? 'code-keyword' : undefined;
  return (Object.keys(groupStyles) as (keyof typeof groupStyles)[])
    .filter((name) => groups[name] !== undefined)
    .map((name) => groupStyles[name])[0];
}

const groupStyles = {
  comment: 'code-comment',
  string: 'code-string',
  number: 'code-number',
  key: 'json-key',
  variable: 'code-number',
} as const satisfies Record<string, StyleName>;
