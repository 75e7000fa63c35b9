/** Parses the arguments of clauses: sources, targets and numbers. */

import type { Cursor } from './cursor.js';
import {
  backWords,
  fileKinds,
  fileNouns,
  mannerWords,
  numberWords,
  placeWords,
  plainFiles,
} from './lexicon.js';
import type { Source } from './parsed-steps.js';
import type { Token } from './command-tokens.js';

/** Parses a source: a file, page, folder, standard input, or a reference to an earlier result. */
export function readSource(cursor: Cursor): Source {
  if (cursor.take('stdin', 'standard input', '-')) return { kind: 'stdin' };
  return (
    cursor.maybe(() => readCommandOutput(cursor)) ??
    cursor.maybe(() => readGit(cursor)) ??
    cursor.maybe(() => readCommits(cursor)) ??
    cursor.maybe(() => readLines(cursor)) ??
    cursor.maybe(() => readMany(cursor)) ??
    cursor.maybe(() => readBack(cursor)) ??
    cursor.maybe(() => readList(cursor)) ??
    cursor.fail(cursor.atEnd() ? 'they miss what to do it with.' : whyNot(cursor))
  );
}

/** Like `readSource`, but defaults to the previous result at the end of a clause: "read a.md, then summarize". */
export function readSourceOrBack(cursor: Cursor): Source {
  return cursor.atEnd() ? { kind: 'back', noun: 'it' } : readSource(cursor);
}

/**
 * A word that can only be the name of a folder: no path, and no word of the language. Where something is written to, words for
 * results are names as well: "save each to summaries".
 */
export function readBareName(cursor: Cursor, { isTarget = false } = {}): string | undefined {
  return cursor.maybe(() => {
    const token = cursor.next();
    const word = token?.text.toLowerCase() ?? '';
    const isBare = token?.kind === 'word' && /^[a-z][\w-]*$/i.test(token.text) && !plainFiles.has(word);
    const isWord = mannerWords.has(word) || placeWords.has(word) || (!isTarget && backWords.has(word));
    return isBare && !isWord ? token.text : undefined;
  });
}

/** Like `readSourceOrBack`, and a bare word is a folder with everything in it: "find TODO in src". */
export function readSourceOrFolder(cursor: Cursor): Source {
  const folder = cursor.maybe(() => {
    const token = cursor.next();
    const isBare = token?.kind === 'word' && isName(token) && !isPath(token) && !isGlob(token.text);
    if (!isBare || backWords.has(token.text.toLowerCase()) || mannerWords.has(token.text.toLowerCase()))
      return undefined;
    cursor.take('folder', 'directory');
    const next = cursor.peek()?.text.toLowerCase();
    return next === undefined || ['for', 'to', 'into'].includes(next) ? token.text : undefined;
  });
  if (folder !== undefined && folder !== 'stdin') return { kind: 'files', pattern: '**/*', folder };
  const source = readSourceOrBack(cursor);
  return source.kind === 'files' && source.whole ? { ...source, pattern: '**/*' } : source;
}

/** `the output of` a command. */
function readCommandOutput(cursor: Cursor): Source | undefined {
  if (!cursor.take('output of', 'result of', 'results of')) return undefined;
  cursor.take('running', 'shell command', 'command');
  const command = readCommand(cursor);
  return command === undefined ? undefined : { kind: 'command', command };
}

/** `the git diff` as a source. */
function readGit(cursor: Cursor): Source | undefined {
  if (cursor.peek()?.kind !== 'word') return undefined;
  const command = readCommand(cursor);
  return command === undefined ? undefined : { kind: 'command', command };
}

/** A command in backticks or quotes; without them, only git commands that read. */
export function readCommand(cursor: Cursor): string | undefined {
  return cursor.maybe(() => {
    const token = cursor.next();
    if (token?.kind === 'command' || token?.kind === 'quoted') return token.text;
    const [first, second] = [token?.text.toLowerCase(), cursor.peek()?.text];
    if (first !== 'git' || !['log', 'diff', 'show', 'status'].includes(second ?? '')) return undefined;
    const words = ['git'];
    for (let next = cursor.peek(); next; next = cursor.peek()) {
      const isPlain = next.kind === 'word' || next.kind === 'setting';
      const text = next.kind === 'setting' ? `${next.key!}=${next.text}` : next.text;
      if (!isPlain || ['to', 'into', 'as'].includes(text)) break;
      if (!/^[\w./=~^@:+-]+$/.test(text) || /^--(output|ext-diff|no-index)/.test(text)) return undefined;
      cursor.next();
      words.push(text);
    }
    return words.every((word, i) => i < 2 || looksLikeArgument(word)) ? words.join(' ') : undefined;
  });
}

/** An option, a revision or a path; a plain word may be part of the sentence. */
function looksLikeArgument(text: string): boolean {
  return /^-|[./~^@:\d]/.test(text) || /^(HEAD|main|master)$/.test(text);
}

/** `last 10 commits`, `latest commit`. */
function readCommits(cursor: Cursor): Source | undefined {
  if (!cursor.take('last', 'latest', 'newest', 'most recent', 'recent', 'previous')) return undefined;
  const count = readNumber(cursor);
  cursor.take('git');
  if (cursor.take('commit')) return { kind: 'commits', count: count ?? 1 };
  return count !== undefined && cursor.take('commits', 'commit messages')
    ? { kind: 'commits', count }
    : undefined;
}

/** `first 10 lines of X` as the source of a clause. */
function readLines(cursor: Cursor): Source | undefined {
  const word = cursor.take('first', 'top', 'last', 'bottom');
  const count = word === undefined ? undefined : readNumber(cursor);
  if (count === undefined || !cursor.take('lines of', 'lines in', 'lines from', 'line of')) return undefined;
  const what = word === 'first' || word === 'top' ? 'first' : 'last';
  return { kind: 'lines', what, count, source: readSource(cursor) };
}

/** A quoted text. */
export function readQuoted(cursor: Cursor): string | undefined {
  return cursor.maybe(() => {
    const token = cursor.next();
    return token?.kind === 'quoted' && token.text !== '' ? token.text : undefined;
  });
}

/** A quoted text or a single word. */
export function readTextOrWord(cursor: Cursor): string | undefined {
  return (
    readQuoted(cursor) ??
    cursor.maybe(() => (cursor.peek()?.kind === 'word' ? cursor.next()?.text : undefined))
  );
}

/** Whether the next word names a file or page. */
export function isNextPath(cursor: Cursor): boolean {
  const token = cursor.peek();
  return token !== undefined && isPath(token);
}

/** Whether the next word names a file and no folder: "everything in a.txt" is its text. */
function isNextFile(cursor: Cursor): boolean {
  const token = cursor.peek();
  return token !== undefined && /[^/\\.]\.\w+$/.test(token.text) && !isGlob(token.text);
}

/** Parses the target after `to`. */
export function readTarget(cursor: Cursor): string {
  cursor.take('one file', 'single file', 'new file', 'text file', 'file');
  cursor.take('named', 'called');
  const token = cursor.next();
  if (!token) return cursor.fail('they miss the file to write to.');
  const { text } = token;
  if (!isPath(token)) return cursor.fail(`'${text}' does not look like a file. ${howToName(text)}`);
  if (isAddress(text) || isGlob(text)) return cursor.fail(`'${text}' is not one file to write to.`);
  return text;
}

/** Parses a folder where nothing else is possible: any single word. */
export function folderName(cursor: Cursor): string {
  cursor.take('folder', 'directory');
  if (cursor.take('this folder', 'this directory', 'current folder', 'current directory', 'here')) return '.';
  const token = cursor.next();
  if (!token || !isName(token)) return cursor.fail('they miss a folder.');
  if (token.kind === 'word' && mannerWords.has(token.text.toLowerCase())) {
    return cursor.fail(
      `'${token.text}' does not look like a folder. Write it as ./${token.text} if it is one.`,
    );
  }
  cursor.take('folder', 'directory');
  return token.text;
}

/** `3` or `three`. */
export function readNumber(cursor: Cursor): number | undefined {
  return cursor.maybe(() => {
    return parseNumber(cursor.next()?.text ?? '');
  });
}

/** The number that a word names. */
export function parseNumber(word: string): number | undefined {
  const text = word.toLowerCase();
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const named = numberWords.indexOf(text);
  return named === -1 ? undefined : named + 1;
}

/** `each`, `each of them` or `each summary`: every one of the previous results. */
export function readEachBack(cursor: Cursor): Source | undefined {
  if (!cursor.take('each one of', 'every one of', 'each of', 'each one', 'every one', 'each', 'every'))
    return undefined;
  const noun = cursor.take(...backWords.keys()) ?? 'it';
  return { kind: 'back', noun };
}

function readMany(cursor: Cursor): Source | undefined {
  const whole = cursor.maybe(() =>
    cursor.take('everything in', 'everything from', 'all in') && !isNextFile(cursor)
      ? filesIn('*', folderName(cursor))
      : undefined,
  );
  if (whole) return { ...whole, whole: true };
  const every = cursor.take('everything in', 'each of', 'every one of', 'all of', 'each', 'every', 'all');
  if (every !== undefined && cursor.atEnd()) return { kind: 'back', noun: 'it' };
  const pattern = cursor.maybe(() => readPattern(cursor));
  if (pattern || every === undefined) return pattern;
  return cursor.maybe(() => readBack(cursor)) ?? readList(cursor);
}

/** `*.md files in docs`, `markdown files in docs`, `files in docs`, `docs/*.md`, `docs/`, `docs folder`, `folder docs`. */
function readPattern(cursor: Cursor): Source | undefined {
  if (cursor.take('this folder', 'this directory', 'current folder', 'current directory'))
    return { ...filesIn('*', '.'), whole: true };
  if (cursor.take('folder', 'directory')) return { ...filesIn('*', folderName(cursor)), whole: true };
  const named = cursor.maybe(() => namedFolder(cursor));
  if (named !== undefined) return { ...filesIn('*', named), whole: true };
  const pattern = cursor.maybe(() => readGlob(cursor));
  const noun = cursor.take(...fileNouns);
  if (pattern === undefined && noun === undefined) return undefined;
  const called =
    noun !== undefined && pattern === undefined ? cursor.maybe(() => readCalled(cursor)) : undefined;
  if (called !== undefined) return filesIn(called, readFolder(cursor) ?? '.');
  const folder = readFolder(cursor);
  if (pattern !== undefined) return filesIn(pattern, folder ?? '.');
  return folder === undefined ? undefined : filesIn('*', folder);
}

/** `docs/` or `docs folder`. */
function namedFolder(cursor: Cursor): string | undefined {
  const token = cursor.next();
  if (!token || !isName(token)) return undefined;
  const said = cursor.take('folder', 'directory') !== undefined;
  return said || /[/\\]$/.test(token.text) ? token.text : undefined;
}

/** `*.md`, or `markdown` and `.md` before `files`. */
function readGlob(cursor: Cursor): string | undefined {
  const token = cursor.next();
  if (!token || !isName(token)) return undefined;
  if (isGlob(token.text)) return token.text;
  const kind = /^\.\w+$/.test(token.text) ? `*${token.text}` : fileKinds[token.text.toLowerCase()];
  return ['files', 'file'].includes(cursor.peek()?.text.toLowerCase() ?? '') ? kind : undefined;
}

/** `named a.md`, `ending in .md`, `with the extension md`. */
function readCalled(cursor: Cursor): string | undefined {
  const how = cursor.take('named', 'called', 'matching', 'ending in', 'ending with', 'with extension');
  const token = how === undefined ? undefined : cursor.next();
  if (!token || !isName(token)) return undefined;
  if (how === 'named' || how === 'called' || how === 'matching') return token.text;
  return /^\.?\w+$/.test(token.text) ? `*.${token.text.replace(/^\./, '')}` : undefined;
}

/** `in docs`, but not the "in 3" of "in 3 sentences". */
function readFolder(cursor: Cursor): string | undefined {
  return cursor.maybe(() => {
    if (cursor.take('here')) return '.';
    if (
      !cursor.take('are there in', 'are in', 'in', 'from', 'under', 'inside', 'of') ||
      readNumber(cursor) !== undefined
    )
      return undefined;
    return folderName(cursor);
  });
}

/** Splits a pattern before its first wildcard. */
function filesIn(pattern: string, folder: string): Extract<Source, { kind: 'files' }> {
  const start = pattern.slice(0, pattern.search(/[*?[{]/)).lastIndexOf('/') + 1;
  const inner = pattern.slice(0, start);
  const base = folder.length > 1 ? folder.replace(/[/\\]$/, '') : folder;
  if (inner === '') return { kind: 'files', pattern, folder: base };
  const joined = base === '.' ? inner : `${base}/${inner}`;
  return {
    kind: 'files',
    pattern: pattern.slice(start),
    folder: joined.length > 1 ? joined.replace(/\/$/, '') : joined,
  };
}

function readBack(cursor: Cursor): Source | undefined {
  const noun = cursor.take(...backWords.keys());
  if (noun === undefined) return undefined;
  const isText = ['text', 'content', 'contents'].includes(noun);
  if (isText && cursor.take('of', 'in', 'from')) return readSource(cursor);
  if (['this', 'these', 'that', 'those'].includes(noun)) {
    const named = cursor.maybe(() =>
      cursor.take('file', 'files', 'document', 'page', 'article', 'text') ? readList(cursor) : undefined,
    );
    if (named) return named;
  }
  const isNaming = ['file', 'files', 'page', 'document', 'documents'].includes(noun);
  return (isNaming ? cursor.maybe(() => readList(cursor)) : undefined) ?? { kind: 'back', noun };
}

/** Parses one or several files or pages: `a.md, b.md and c.md`. */
function readList(cursor: Cursor): Source | undefined {
  const first = readNamed(cursor);
  if (first?.kind !== 'file') return first;
  const paths = new Set([first.path]);
  const another = () => {
    const next = cursor.takeSeparator() ? readNamed(cursor) : undefined;
    return next?.kind === 'file' && !isGlob(next.path) ? next.path : undefined;
  };
  for (let path = cursor.maybe(another); path !== undefined; path = cursor.maybe(another)) paths.add(path);
  return paths.size === 1 ? first : { kind: 'list', paths: [...paths] };
}

function readNamed(cursor: Cursor): Extract<Source, { kind: 'file' | 'url' }> | undefined {
  cursor.take('file', 'files', 'page', 'document', 'documents', 'website', 'url', 'link');
  const token = cursor.next();
  if (!token || !isPath(token)) return undefined;
  if (isUrl(token.text)) return { kind: 'url', url: token.text };
  // `print "hello"` means the text.
  if (token.kind === 'quoted' && !/[./\\~]/.test(token.text) && !plainFiles.has(token.text.toLowerCase()))
    return cursor.fail(
      `"${token.text}" does not look like a file. Write it as ./${token.text} if it is one.`,
    );
  if (isAddress(token.text)) {
    return cursor.fail(
      `'${token.text}' is not an address they can fetch. Write it with https:// or http://.`,
    );
  }
  cursor.take('file');
  return { kind: 'file', path: token.text };
}

function whyNot(cursor: Cursor): string {
  const text = cursor.peek()!.text;
  return `they cannot tell what '${text}' is. ${howToName(text)}`;
}

function howToName(text: string): string {
  return `A file is a path (./${text}) or a quoted name; a folder ends in / (${text}/).`;
}

/** Whether a word is unmistakably a path: quoted, or not a word of a sentence. */
function isPath({ kind, text }: Token): boolean {
  if (kind === 'quoted') return text.trim() !== '';
  if (kind !== 'word') return false;
  if (/^\.{1,2}$/.test(text) || plainFiles.has(text.toLowerCase())) return true;
  return /[./\\~]/.test(text) && !/^[\d.,%]+$/.test(text);
}

/** Whether a word can be a folder or a pattern where one is expected. */
function isName({ kind, text }: Token): boolean {
  return (kind === 'word' || (kind === 'quoted' && text.trim() !== '')) && !isAddress(text);
}

/** Whether a word is meant as a URL, fetchable or not. */
function isAddress(text: string): boolean {
  return /^(?:[a-z][a-z+.-]*:\/\/|www\.)/i.test(text);
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text);
}

function isGlob(text: string): boolean {
  return /[*?]|\[[^[\]]+\]|\{[^{},]*,[^{}]*\}/.test(text) && !isUrl(text);
}
