/** Grammar rules that read, list, summarize, fetch and run. */

import {
  folderName,
  isNextPath,
  readCommand,
  parseNumber,
  readNumber,
  readSource,
  readSourceOrBack,
} from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import { backWords, extractWords, mannerWords } from '../language/lexicon.js';
import type { Source, Step, StepOf } from '../language/parsed-steps.js';
import { back, isTail, type Row } from './row.js';

export const readForms: readonly Row[] = [
  {
    words: ['summarize', 'summarise', 'sum up', 'tl;dr', 'tldr'],
    form: 'summarize X [in N sentences|words|bullets]',
    example: 'summarize README.md in 3 sentences',
    meaning:
      'selects its most central sentences, 5 by default; for several files (a.md, b.md and c.md), of each',
    read: readSummarize,
  },
  {
    words: [
      'short summary',
      'brief summary',
      'quick summary',
      'summary',
      'short overview',
      'brief overview',
      'quick overview',
      'overview',
      'gist',
      'recap',
      'digest',
      'tl;dr',
      'tldr',
    ],
    noun: true,
    form: 'summary of X',
    example: 'give me a short summary of README.md',
    meaning: 'another word for summarize; a short one has 3 sentences',
    read: (cursor, word) => {
      cursor.expect("they miss 'of' and what to summarize.", 'of', 'for');
      const step = readSummarize(cursor);
      return / /.test(word) && step.size === undefined ? { ...step, size: SHORT } : step;
    },
  },
  {
    words: [],
    noun: true,
    form: 'N sentence summary of X',
    example: 'give me a 3 sentence summary of README.md',
    meaning: 'another word for summarize',
    read: (cursor) => {
      const hyphened = cursor.maybe(
        () => /^(\d{1,4}|[a-z]{3,5})-(sentence|word)$/i.exec(cursor.next()?.text ?? '') ?? undefined,
      );
      const size = hyphened ? parseNumber(hyphened[1]!) : readNumber(cursor);
      const unit = hyphened?.[2]?.toLowerCase() ?? cursor.take('sentences', 'sentence', 'words', 'word');
      if (!size || unit === undefined || !cursor.take('summary of', 'summary for'))
        return cursor.fail("they miss 'summary of'.");
      const source = readSource(cursor);
      return { verb: 'summarize', source, size, ...(unit.startsWith('word') ? { unit: 'words' } : {}) };
    },
  },
  {
    words: ['what is', "what's", 'what are'],
    form: 'what is X about?',
    example: 'what is README.md about?',
    meaning: 'summarizes it',
    read: (cursor) => {
      const source = readSource(cursor);
      cursor.expect("they miss 'about'.", 'about');
      return { verb: 'summarize', source };
    },
  },
  {
    words: [
      'what is in',
      "what's in",
      'what is inside',
      'show me what is in',
      "show me what's in",
      'tell me what is in',
      "tell me what's in",
      'what does',
      'what do',
    ],
    form: 'what is in X?',
    example: 'what is in notes.md?',
    meaning: 'reads a file; lists a folder',
    read: readWhat,
  },
  {
    words: ['tell me what it says', 'show me what it says', 'tell me what is in it', 'show me what is in it'],
    form: 'tell me what it says',
    example: 'tell me what it says',
    meaning: 'gives the previous result back',
    read: () => ({ verb: 'read', source: back }),
  },
  {
    words: ['what files', 'which files', 'what documents', 'which documents'],
    form: 'what files are in DIR?',
    example: 'what files are in docs?',
    meaning: 'lists them',
    read: (cursor) => {
      cursor.take('are there in', 'are in', 'does', 'do', 'in', 'are');
      const folder = folderName(cursor);
      cursor.take('contain', 'have');
      return { verb: 'list', source: { kind: 'files', pattern: '*', folder: trimmed(folder) } };
    },
  },
  {
    words: [
      'list',
      'find',
      'show me',
      'show',
      'give me',
      'display',
      'get',
      'print',
      'contents of',
      'which',
      'what',
      'ls',
      'dir',
    ],
    form: 'list PATTERN in DIR',
    example: 'list *.md in docs',
    meaning:
      'lists the matching files; `list files in DIR` lists all, `recursively` also those in its folders',
    read: readList,
  },
  {
    words: [
      'read',
      'print',
      'cat',
      'open',
      'show me',
      'show',
      'display',
      'view',
      'let me see',
      'give me',
      'load',
      'output',
      'return',
    ],
    form: 'read X',
    example: 'read notes.md',
    meaning:
      'reads a file, every file of a list, folder or pattern, or a web page; also: show, print, cat, display',
    read: (cursor) => {
      const first = readSourceOrBack(cursor);
      const paths = first.kind === 'file' ? [first.path] : [];
      // `cat a.md b.md`
      while (paths.length > 0 && isNextPath(cursor)) {
        const next = readSource(cursor);
        if (next.kind !== 'file') return cursor.fail('they read several files only if all are named.');
        paths.push(next.path);
      }
      return { verb: 'read', source: paths.length > 1 ? { kind: 'list', paths } : first };
    },
  },
  {
    words: [
      'fetch',
      'download',
      'get',
      'visit',
      'curl',
      'call get',
      'call',
      'make get request to',
      'send get request to',
    ],
    form: 'fetch URL',
    example: 'fetch https://example.com/news',
    meaning: 'requests the URL',
    read: (cursor, word) => {
      const source = readSource(cursor);
      const name = word === 'download' && source.kind === 'url' ? nameOfFile(source.url) : undefined;
      if (name !== undefined && cursor.atEnd() && cursor.isLastClause)
        return [
          { verb: 'fetch', source },
          { verb: 'write', source: back, path: name, append: false },
        ];
      return source.kind === 'url'
        ? { verb: 'fetch', source, ...(word === 'download' ? { asFile: true } : {}) }
        : cursor.fail('they miss an address that begins with https:// or http://.');
    },
  },
  {
    words: [
      'run',
      'execute',
      'show me the output of',
      'show the output of',
      'output of',
      'print the output of',
    ],
    form: 'run `command`',
    example: 'run `git log --oneline`',
    meaning: 'runs a shell command, in backticks or quotes; git log, diff, show and status also without',
    read: (cursor) => {
      cursor.take('shell command', 'command');
      const command = readCommand(cursor);
      if (command === undefined) return cursor.fail('put the command in backticks: run `git status`.');
      return command.trim() ? { verb: 'run', command } : cursor.fail('the command is empty.');
    },
  },
  {
    words: ['git log', 'git diff', 'git show', 'git status'],
    form: 'git log|diff|show|status …',
    example: 'git log -5',
    meaning: 'runs that git command',
    read: (cursor, word) => {
      const rest = cursor.atEnd() || isTail(cursor) ? '' : cursor.takeRest();
      if (
        !/^[\w./=~^@:+ -]*$/.test(rest) ||
        !rest.split(' ').every((each) => each === '' || /^-|[./~^@:\d]|^HEAD$/.test(each)) ||
        /--(output|ext-diff|no-index)/.test(rest)
      )
        return cursor.fail('put the command in backticks: run `git status`.');
      return { verb: 'run', command: `${word} ${rest}`.trim() };
    },
  },
  {
    words: [
      'uncommitted changes',
      'git changes',
      'what i changed in git',
      'what changed in git',
      'what i changed since last commit',
      'what changed since last commit',
      'what has changed since last commit',
      'changes since last commit',
    ],
    noun: true,
    form: 'changes since the last commit',
    example: 'show the changes since the last commit',
    meaning: 'runs git diff HEAD; also: what changed since the last commit',
    read: () => ({ verb: 'run', command: 'git diff HEAD' }),
  },
  {
    words: [
      'current git branch',
      'current branch',
      'name of current branch',
      'git branch',
      'what branch am i on',
      'which branch am i on',
      'branch am i on',
    ],
    noun: true,
    form: 'current git branch',
    example: 'print the current git branch',
    meaning: 'runs git branch --show-current',
    read: () => ({ verb: 'run', command: 'git branch --show-current' }),
  },
  {
    words: ['last', 'latest', 'newest', 'most recent', 'recent', 'previous'],
    noun: true,
    form: 'last N commits',
    example: 'show the last 10 commits',
    meaning: 'lists the newest commits of the repository, one a line',
    read: (cursor) => {
      const count = readNumber(cursor);
      cursor.take('git');
      const words = count === undefined ? ['commit'] : ['commits', 'commit messages', 'commit'];
      cursor.expect('they miss how many commits.', ...words);
      return { verb: 'commits', source: { kind: 'commits', count: count ?? 1 } };
    },
  },
  {
    words: [],
    noun: true,
    form: 'N most recent commits',
    example: 'list the 3 most recent commits',
    meaning: 'the same',
    read: (cursor) => {
      const count = readNumber(cursor);
      const isNewest = cursor.take('most recent', 'latest', 'newest', 'last', 'recent');
      if (count === undefined || !isNewest || !cursor.take('git commits', 'commits'))
        return cursor.fail("they miss 'commits'.");
      return { verb: 'commits', source: { kind: 'commits', count } };
    },
  },
];

/** The name that a download is saved under: the last part of its path, if it looks like a file. */
function nameOfFile(url: string): string | undefined {
  const name = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1)! : '';
  return /^[\w-][\w.-]*\.[a-z][a-z\d]{0,7}$/i.test(name) ? name : undefined;
}

/** Sentences of a short summary. */
const SHORT = 3;

function readSummarize(cursor: Cursor): StepOf<'summarize'> {
  const early = readLength(cursor);
  cursor.take('of', 'what changed in', 'contents of', 'for');
  const source = isTail(cursor) ? back : readSourceOrBack(cursor);
  const length = early ?? readLength(cursor) ?? {};
  // Of several files, each gets a summary anyway.
  if (source.kind === 'list' || source.kind === 'files')
    cursor.take('separately', 'individually', 'one by one');
  return { verb: 'summarize', source, ...length };
}

/** `in 3 sentences`, `in 100 words`, `in 5 bullet points`, `in one paragraph`, `briefly`. */
export function readLength(cursor: Cursor): Pick<StepOf<'summarize'>, 'size' | 'unit'> | undefined {
  if (cursor.take('briefly', 'shortly', 'in short')) return { size: SHORT };
  // A summary of the default length is one paragraph.
  if (cursor.take('in one short paragraph', 'in short paragraph')) return { size: SHORT };
  if (
    cursor.take('in one paragraph', 'in single paragraph', 'in paragraph', 'as one paragraph', 'as paragraph')
  )
    return {};
  return cursor.maybe(() => {
    if (
      !cursor.take('in at most', 'in no more than', 'in about', 'in under', 'in', 'to', 'into', 'as', 'with')
    )
      return undefined;
    const size = readNumber(cursor);
    if (cursor.take('bullet points', 'bullets', 'bullet list', 'key points', 'points'))
      return { unit: 'bullets', ...(size === undefined ? {} : { size }) };
    if (size === undefined) return undefined;
    if (cursor.take('sentences', 'sentence')) return { size };
    return cursor.take('words') ? { size, unit: 'words' } : undefined;
  });
}

function readWhat(cursor: Cursor, word: string): Step {
  if (word.startsWith('what do')) {
    const source = readSource(cursor);
    cursor.expect("they miss 'say' or 'contain'.", 'say', 'contain', 'look like');
    return { verb: 'read', source };
  }
  const source = cursor.maybe(() => bareFolder(cursor)) ?? readSource(cursor);
  return source.kind === 'files' ? { verb: 'list', source } : { verb: 'read', source };
}

function readList(cursor: Cursor, word: string): Step {
  const isPlain = ['ls', 'dir'].includes(word);
  if (isPlain && cursor.atEnd())
    return { verb: 'list', source: { kind: 'files', pattern: '*', folder: '.' } };
  const isContents =
    word === 'contents of' || cursor.take('contents of', 'everything in', 'all in') !== undefined;
  cursor.take('list of');
  const bare = isPlain || isContents ? cursor.maybe(() => bareFolder(cursor)) : undefined;
  const source = bare ?? readSource(cursor);
  const isAll = source.kind === 'back' && source.noun === 'files' && word !== 'find';
  if (isAll) return { verb: 'list', source };
  if (source.kind !== 'files')
    return cursor.fail("they miss a pattern or a folder: 'list *.md in docs', 'list files in docs'.");
  if (source.whole && !isPlain && !isContents && word !== 'list')
    return cursor.fail(`they cannot tell whether to list or to read: list files in ${source.folder}`);
  const deep = cursor.take(
    'recursively',
    'and its subfolders',
    'and subfolders',
    'including subfolders',
    'and all subfolders',
  );
  const pattern = deep && !source.pattern.startsWith('**/') ? `**/${source.pattern}` : source.pattern;
  return { verb: 'list', source: { kind: 'files', pattern, folder: source.folder } };
}

/** A folder without a slash, as in `ls docs`. */
function bareFolder(cursor: Cursor): Source | undefined {
  const token = cursor.next();
  const text = token?.kind === 'word' ? token.text : undefined;
  if (text === undefined || !/^[\w-]+$/.test(text)) return undefined;
  const word = text.toLowerCase();
  if (backWords.has(word) || mannerWords.has(word) || Object.hasOwn(extractWords, word)) return undefined;
  if (['folder', 'directory'].includes(word)) return undefined;
  cursor.take('folder', 'directory');
  return cursor.atEnd() ? { kind: 'files', pattern: '*', folder: text } : undefined;
}

function trimmed(folder: string): string {
  return folder.length > 1 ? folder.replace(/[/\\]$/, '') : folder;
}
