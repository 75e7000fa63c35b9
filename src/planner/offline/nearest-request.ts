/** Finds the nearest request that the offline language understands, for its refusals. */

import { editDistance } from '../../lib/text/nearest.js';
import { tokenize, type Token } from './language/command-tokens.js';
import { backWords, placeWords } from './language/lexicon.js';
import { openings } from './verbs.js';

/** Suggestions by a word of the request. `X` is the file that the request names. No suggestion deletes or overwrites. */
const suggestions: readonly (readonly [words: RegExp, request: string])[] = [
  [/^(summar\w*|gist|overview|digest|recap|tl;?dr|about|shorten|condense|key|main|abstract)$/, 'summarize X'],
  [/^(count\w*|many|number|long|length|size|wc)$/, 'count words in X'],
  [/^(e-?mails?|addresses)$/, 'extract emails from X'],
  [/^(links?|urls?|hyperlinks?)$/, 'extract links from X'],
  [/^(headings?|headers?|outline|sections?|titles?|toc)$/, 'extract headings from X'],
  [/^(keywords?|terms|topics?)$/, 'extract keywords from X'],
  [/^(sort\w*|order\w*|alphabet\w*|rank)$/, 'sort the lines of X'],
  [/^(duplicates?|duplicated|unique|dedup\w*|distinct)$/, 'unique lines of X'],
  [/^(upper\w*|capital\w*)$/, 'convert X to upper case'],
  [/^(lower\w*)$/, 'convert X to lower case'],
  [/^(first|top|head|beginning|start)$/, 'first 10 lines of X'],
  [/^(last|bottom|tail|end)$/, 'last 10 lines of X'],
  [/^(replace\w*|substitut\w*|swap|change)$/, 'replace "old" with "new" in X and save it to new.md'],
  [/^(find|search|grep|look|contain\w*|mention\w*|locate|bugs?|typos?)$/, 'find "TODO" in X'],
  [/^(append|add|insert)$/, 'append "text" to notes.md'],
  [/^(combine|merge|join|concat\w*)$/, 'combine a.md and b.md into all.md'],
  [/^(json|csv|spreadsheet|table|column)$/, 'convert data.csv to JSON'],
  [/^(copy|back|backup|duplicate|clone)$/, 'copy X to backup/'],
  [/^(download|fetch|web|website|page|site|internet|online)$/, 'fetch https://example.com'],
  [/^(commits?|git|history|repository|changelog)$/, 'show the last 10 commits'],
  [/^(run|execute|command|shell|test|tests|build|install)$/, 'run `git status`'],
  [/^(create|write|make|save|store|put|new)$/, 'write "text" to notes.md'],
  [/^(list|files?|folders?|director\w+|ls|tree)$/, 'list files in .'],
  [/^(read|show|print|see|open|display|view|cat|what|tell|give)$/, 'read X'],
];

/** The nearest request to one that does not parse. `isReadable` tests whether a candidate parses. */
export function nearestRequest(
  clause: string,
  isReadable: (request: string) => boolean,
  reason = '',
): string {
  const tokens = attempt(clause);
  const named = tokens.find(({ kind, text }) => kind === 'quoted' || (kind === 'word' && isFile(text)));
  const file = named?.kind === 'quoted' ? `"${named.text}"` : (named?.text ?? 'README.md');
  const words = tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text.toLowerCase());
  const meant = words.flatMap((word) => suggestions.filter(([pattern]) => pattern.test(word)));
  const candidates = [
    ...corrected(clause, words[0] ?? ''),
    ...completed(clause, named?.kind === 'word' ? named.text : ''),
    ...slashed(clause, tokens, /'([\w-]+)' (?:is|does)|what '([\w-]+)'/.exec(reason)?.slice(1).find(Boolean)),
    ...meant.map(([, request]) => request.replace('X', () => file)),
    `read ${file}`,
    'summarize README.md',
  ];
  return candidates.find((each) => isReadable(each)) ?? 'summarize README.md';
}

/** The clause with its first word corrected to the verb that it misspells, but never to a destructive verb. */
function corrected(clause: string, first: string): string[] {
  if (first.length < 3 || openings.includes(first)) return [];
  const near = openings
    .filter((verb) => !verb.includes(' ') && !destructive.has(verb))
    .map((verb) => ({ verb, distance: editDistance(first, verb) }))
    .filter(({ verb, distance }) => distance <= Math.floor(Math.min(first.length, verb.length) / 3))
    .toSorted((a, b) => a.distance - b.distance);
  return near.map(({ verb }) => clause.trim().replace(/^\S+/, verb));
}

/** The clause with the file that it leaves out: what it changes is written to another one. */
function completed(clause: string, file: string): string[] {
  const extension = /\.\w{1,6}$/.exec(file)?.[0] ?? '';
  return [`${clause.trim().replace(/[.?!]$/, '')} and save it to new${extension || '.txt'}`];
}

/** The clause with the word that the reason doubts written as a folder: "list files in docs/". */
function slashed(clause: string, tokens: readonly Token[], doubted: string | undefined): string[] {
  const isSafe = !destructive.has(tokens.find(({ kind }) => kind === 'word')?.text.toLowerCase() ?? '');
  const words = tokens.filter(({ kind }) => kind === 'word');
  // "read invoices": nothing else can be meant.
  const sought = doubted ?? (words.length === 2 ? words[1]!.text : undefined);
  const word = words.slice(1).find(({ text }) => text === sought && /^[a-z][\w-]*$/i.test(text));
  const isName = word && !placeWords.has(word.text.toLowerCase()) && !backWords.has(word.text.toLowerCase());
  return isSafe && isName ? [`${clause.slice(0, word.end)}/${clause.slice(word.end)}`] : [];
}

const destructive: ReadonlySet<string> = new Set([
  'delete',
  'remove',
  'erase',
  'rm',
  'move',
  'rename',
  'drop',
  'strip',
  'eliminate',
  'overwrite',
  'run',
  'execute',
]);

function isFile(text: string): boolean {
  return /^[\w~./\\-]*[\w-]\.\w{1,6}$/.test(text) || /^https?:\/\/\S/.test(text) || /^[\w.-]+\/$/.test(text);
}

function attempt(clause: string): Token[] {
  try {
    return tokenize(clause);
  } catch {
    // An unclosed quote.
    return [];
  }
}
