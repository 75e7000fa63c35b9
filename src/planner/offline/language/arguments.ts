/** Parses the arguments of clauses: sources, targets and numbers. */

import type { Cursor } from './cursor.js';
import { backWords, fileKinds, mannerWords, numberWords, plainFiles } from './lexicon.js';
import type { Source } from './parsed-steps.js';
import type { Token } from './command-tokens.js';

/** Parses a source: a file, page, folder, standard input, or a reference to an earlier result. */
export function readSource(cursor: Cursor): Source {
  if (cursor.take('stdin', 'standard input')) return { kind: 'stdin' };
  return (
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

/** Parses the target after `to`. */
export function readTarget(cursor: Cursor): string {
  cursor.take('file named', 'file called', 'file');
  const token = cursor.next();
  if (!token) return cursor.fail('they miss the file to write to.');
  const { text } = token;
  if (!isPath(token)) return cursor.fail(`'${text}' does not look like a file. ${howToName(text)}`);
  if (isAddress(text) || isGlob(text)) return cursor.fail(`'${text}' is not one file to write to.`);
  return text;
}

/** Parses a folder where only a folder is possible: any single word. */
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
    const text = cursor.next()?.text.toLowerCase() ?? '';
    if (/^\d{1,4}$/.test(text)) return Number(text);
    const named = numberWords.indexOf(text);
    return named === -1 ? undefined : named + 1;
  });
}

/** `each`, `each of them` or `each summary`: every one of the previous results. */
export function readEachBack(cursor: Cursor): Source | undefined {
  if (!cursor.take('each one of', 'every one of', 'each of', 'each one', 'every one', 'each', 'every'))
    return undefined;
  const noun = cursor.take(...backWords.keys()) ?? 'it';
  return { kind: 'back', noun };
}

function readMany(cursor: Cursor): Source | undefined {
  const every = cursor.take('each of', 'every one of', 'all of', 'each', 'every', 'all');
  if (every !== undefined && cursor.atEnd()) return { kind: 'back', noun: 'it' };
  const pattern = cursor.maybe(() => readPattern(cursor));
  if (pattern || every === undefined) return pattern;
  return cursor.maybe(() => readBack(cursor)) ?? readList(cursor);
}

/** `*.md files in docs`, `markdown files in docs`, `files in docs`, `docs/*.md`, `docs/`, `docs folder`, `folder docs`. */
function readPattern(cursor: Cursor): Source | undefined {
  if (cursor.take('folder', 'directory')) return filesIn('*', folderName(cursor));
  const named = cursor.maybe(() => namedFolder(cursor));
  if (named !== undefined) return filesIn('*', named);
  const pattern = cursor.maybe(() => readGlob(cursor));
  const noun = cursor.take('files', 'file', 'documents', 'document');
  if (pattern === undefined && noun === undefined) return undefined;
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

/** `in docs`, but not the "in 3" of "in 3 sentences". */
function readFolder(cursor: Cursor): string | undefined {
  return cursor.maybe(() => {
    if (!cursor.take('in', 'from', 'under', 'inside') || readNumber(cursor) !== undefined) return undefined;
    return folderName(cursor);
  });
}

/** Splits a pattern before its first wildcard. */
function filesIn(pattern: string, folder: string): Source {
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
