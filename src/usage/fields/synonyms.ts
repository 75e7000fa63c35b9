/** The one table of synonyms: what a field of a usage object counts, whatever its spelling, by the words of its name. */
import type { CountName } from '../record/usage.js';
import { memoized } from './memoized.js';
import { lookUpWord, splitWords, type WordMeaning } from './words.js';

/** A count as providers report it, before it is made inclusive. */
export type Role =
  | CountName
  /** Input that was not cached, where a provider splits its input and gives no sum. */
  | 'uncached'
  /** Prompts of tools, counted separately from the input. */
  | 'toolInput';

/**
 * Where a field is: `top` is the usage object itself. The rest are objects inside it: details of the input or output, of
 * cache reads or writes, `cache` of both, calls of the provider's tools, or `parts`, which repeats the provider's own object.
 */
export type Context = 'top' | 'input' | 'output' | 'cache' | 'read' | 'write' | 'tool' | 'tools' | 'parts';

/** What a field is: a count with a role; `ignored`, known and not billed by itself; or undefined, not understood. */
export type Meaning = Readonly<{ role?: Role | 'ignored'; tier?: string }>;

/**
 * Names that their words do not explain: what is counted other than tokens, and parts of other counts. Without fillers such
 * as `num` and `count`.
 */
const phrases: Readonly<Partial<Record<Role | 'ignored', string>>> = {
  input: 'prompt eval, tokens evaluated',
  output: 'eval, tokens predicted',
  cacheRead: 'prompt eval cached',
  toolInput: 'tool use prompt tokens, tool prompt tokens, tool tokens',
  citation: 'citation tokens, output citation tokens',
  webSearches:
    'search queries, web search queries, web search requests, web search calls, web searches, web search, server side tool web search',
  socialSearches: 'x search calls, social searches, x search, server side tool x search',
  fileSearches:
    'file search calls, file searches, file search requests, document search calls, collections search calls',
  rerankSearches: 'search units, rerank units, rerank searches',
  codeCalls:
    'code interpreter calls, code execution calls, code execution requests, code interpreter sessions, code interpreter requests, server side tool code execution',
  containers: 'containers, code containers',
  requests: 'requests, request, total requests, api requests, api calls, model calls, successful requests',
  images: 'images generated, generated images, output images',
  seconds:
    'seconds, audio seconds, prompt audio seconds, input audio seconds, duration seconds, duration in seconds, audio duration seconds, video seconds, output video seconds',
  pages: 'pages, page, pages processed, document pages, processed pages, input pages',
  characters:
    'characters, character, total characters, billable characters, total billable characters, characters processed',
  ignored:
    'accepted prediction tokens, rejected prediction tokens, web fetch requests, mcp calls, tool search requests, tool search tool requests, view image calls, view x video calls, tool calls, tool uses',
};

const exact = new Map<string, Role | 'ignored'>(
  (Object.entries(phrases) as [Role | 'ignored', string][]).flatMap(([role, names]) =>
    names.split(', ').map((name): [string, Role | 'ignored'] => [name, role]),
  ),
);

// In details, `image` is a count of tokens. Text is what remains of a total, `created` is a time, and `used` says how full a context is.
const exactAtTop = new Map<string, Role | 'ignored'>([
  ['image', 'images'],
  ['images', 'images'],
  ['text tokens', 'ignored'],
  ['created', 'ignored'],
  ['', 'ignored'],
]);

/** What a field with this name counts where it is. */
export function lookUpField(name: string, context: Context): Meaning {
  return memoized(fieldMeanings[context], name, () => interpretField(splitWords(name), context));
}

/**
 * The context of the fields of an object that a usage object has under this name; `skip` where it holds no counts of this usage.
 */
export function lookUpObject(name: string): Context | 'skip' | 'unknown' {
  return memoized(objectContexts, name, () => interpretObject(splitWords(name)));
}

/** Whether the name has a word that only counts of tokens have. */
export function isTokenName(name: string): boolean {
  return memoized(tokenNames, name, () => splitWords(name).some((word) => lookUpWord(word) === 'tokens'));
}

/** Whether the name is likely that of a count, in an object that has other fields too. */
export function isCountName(name: string): boolean {
  return memoized(countNames, name, () =>
    splitWords(name).some(
      (word) => countWords.has(lookUpWord(word)) || /^(?:searches|queries|sources|calls|units)$/.test(word),
    ),
  );
}

const countWords = new Set<WordMeaning | undefined>([
  'tokens',
  'cache',
  'reasoning',
  'audio',
  'image',
  'video',
]);

const implied: Readonly<Record<Context, readonly WordMeaning[]>> = {
  top: [],
  parts: [],
  tools: [],
  input: ['input'],
  tool: ['input'],
  output: ['output'],
  cache: ['cache'],
  read: ['cache', 'read'],
  write: ['cache', 'write'],
};

function interpretField(words: readonly string[], context: Context): Meaning {
  const meanings = words.map(lookUpWord);
  const phrase = words
    .filter((_, i) => meanings[i] !== 'filler')
    .map((word) => (word === 'token' ? 'tokens' : word))
    .join(' ');
  const known = exact.get(phrase) ?? (context === 'top' ? exactAtTop.get(phrase) : undefined);
  if (known !== undefined) return { role: known };
  if (meanings.includes('other') || meanings.includes('cost')) return { role: 'ignored' };
  if (meanings.includes(undefined)) return {};
  const has = new Set([...implied[context], ...meanings]);
  const role = roleOf((...all) => all.every((meaning) => has.has(meaning)), context);
  const tier = words.find((word) => lookUpWord(word) === 'tier');
  if (tier === undefined) return role === undefined ? {} : { role };
  if (context !== 'input' && context !== 'output') return {};
  // The tokens of a tier without further words repeat the uncached rest of their side.
  const isRest = has.size === implied[context].length + 1;
  return isRest ? { role: 'ignored', tier } : { ...(role === undefined ? {} : { role }), tier };
}

function roleOf(
  has: (...meanings: readonly WordMeaning[]) => boolean,
  context: Context,
): Role | 'ignored' | undefined {
  if (has('input', 'output')) return undefined;
  if (has('reasoning')) return has('input') || has('cache') ? undefined : 'reasoning';
  if (has('cache')) return has('output') ? undefined : cacheRole(has, context);
  if (has('uncached')) return has('input') ? whole('uncached', context) : undefined;
  if (has('read') || has('write')) return undefined;
  for (const [medium, input, output] of media) {
    if (has(medium)) return has('input') ? input : has('output') ? output : undefined;
  }
  if (has('text')) return has('input') || has('output') ? 'ignored' : undefined;
  if (has('input')) return context === 'tool' ? 'ignored' : whole('input', context);
  if (has('output')) return whole('output', context);
  return has('total') || has('tokens') ? whole('total', context) : undefined;
}

const media = [
  ['audio', 'inputAudio', 'outputAudio'],
  ['image', 'inputImage', 'outputImage'],
  ['video', 'inputVideo', 'outputVideo'],
] as const;

function cacheRole(
  has: (...meanings: readonly WordMeaning[]) => boolean,
  context: Context,
): Role | 'ignored' | undefined {
  if (has('uncached')) return whole('uncached', context);
  if (has('1h')) return 'cacheWrite1h';
  if (has('5m')) return 'cacheWrite5m';
  if (has('write')) return has('read') ? undefined : 'cacheWrite';
  if (has('audio')) return 'cacheReadAudio';
  if (has('image')) return 'cacheReadImage';
  // Cached text and video have the rate of all cached tokens.
  return has('video') || (has('text') && context === 'read') ? 'ignored' : 'cacheRead';
}

// What repeats the provider's object gives parts only: its totals may follow another convention than the outer ones.
function whole(role: Role, context: Context): Role | 'ignored' {
  return context === 'parts' ? 'ignored' : role;
}

const objects: ReadonlyMap<string, Context | 'skip'> = new Map<string, Context | 'skip'>([
  ['server tool use', 'tools'],
  ['server tool usage', 'tools'],
  ['server tool use details', 'tools'],
  ['server side tool usage', 'tools'],
  ['server side tool usage details', 'tools'],
  ['server tools', 'tools'],
  ['details', 'parts'],
  ['cache', 'cache'],
  ['cache details', 'write'],
  ['tool use prompt tokens details', 'tool'],
  ['tool usage', 'tools'],
  ['tool usage details', 'skip'],
  ['raw', 'skip'],
  ['raw usage', 'skip'],
  ['native usage', 'skip'],
  ['billable prompt usage', 'skip'],
  ['iterations', 'skip'],
  ['custom', 'skip'],
  ['request usage entries', 'skip'],
  ['x details', 'skip'],
  ['context details', 'skip'],
]);

function interpretObject(words: readonly string[]): Context | 'skip' | 'unknown' {
  const known = objects.get(words.join(' '));
  if (known !== undefined) return known;
  const meanings = words.map(lookUpWord);
  if (meanings.includes('other') || meanings.includes('cost')) return 'skip';
  if (meanings.includes(undefined)) return 'unknown';
  const has = new Set(meanings);
  if (has.has('cache')) return has.has('write') ? 'write' : 'read';
  const isCount = has.has('tokens') || has.has('details');
  if (!isCount || has.has('input') === has.has('output')) return 'unknown';
  return has.has('input') ? 'input' : 'output';
}

const fieldMeanings: Readonly<Record<Context, Map<string, Meaning>>> = {
  top: new Map(),
  input: new Map(),
  output: new Map(),
  cache: new Map(),
  read: new Map(),
  write: new Map(),
  tool: new Map(),
  tools: new Map(),
  parts: new Map(),
};
const objectContexts = new Map<string, Context | 'skip' | 'unknown'>();
const tokenNames = new Map<string, boolean>();
const countNames = new Map<string, boolean>();
