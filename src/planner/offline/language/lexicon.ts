/** The vocabulary of the offline language. */

import type { Counted, Extracted } from './parsed-steps.js';

/** Filler words. No other word is ever skipped. */
export const fillers: ReadonlySet<string> = new Set(
  words('the a an my our please kindly just also now first'),
);

/** Leading courtesies. */
export const leadIns: readonly string[] = [
  'can you',
  'could you',
  'would you',
  'will you',
  'i want you to',
  'i want to',
  'i would like you to',
  'i would like to',
];

/** Trailing courtesies. */
export const leadOuts: readonly string[] = ['for me', 'thank you', 'thanks'];

/** Verbs that need a model. */
export const modelVerbs: readonly string[] = words(
  'ask translate rewrite rephrase paraphrase explain describe analyze analyse classify categorize compare review critique ' +
    'improve correct proofread answer draft compose generate brainstorm suggest evaluate interpret simplify ' +
    'what why who when where which how tell',
);

export const extractWords: Readonly<Record<string, Extracted>> = {
  links: 'links',
  urls: 'links',
  emails: 'emails',
  'email addresses': 'emails',
  headings: 'headings',
  headers: 'headings',
  keywords: 'keywords',
};

export const countWords: Readonly<Record<string, Counted>> = {
  words: 'words',
  lines: 'lines',
  characters: 'characters',
  chars: 'characters',
};

/** Anaphora, and the verbs whose results they refer to; undefined refers to the last result. */
export const backWords: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ...meaning('it them this that these those everything result results output outputs', undefined),
  ...meaning('summary summaries', ['summarize']),
  ...meaning('text texts content contents', ['read', 'fetch']),
  ...meaning('file files', ['read', 'list']),
  ...meaning('document documents', ['read', 'fetch', 'list']),
  ...meaning('page pages response', ['fetch']),
  ...meaning('list', ['list', 'links', 'emails', 'headings', 'keywords']),
  ...meaning('links urls', ['links']),
  ...meaning('emails', ['emails']),
  ...meaning('headings', ['headings']),
  ...meaning('keywords', ['keywords']),
  ...meaning('count counts number numbers', ['words', 'lines', 'characters', 'files']),
]);

export const numberWords: readonly string[] = words('one two three four five six seven eight nine ten');

/** Well-known file names without an extension. */
export const plainFiles: ReadonlySet<string> = new Set(
  words('readme license licence changelog contributing authors notice todo makefile dockerfile'),
);

/** Names of file kinds. */
export const fileKinds: Readonly<Record<string, string>> = { markdown: '*.md', text: '*.txt' };

/** "in French" is a manner, not a folder; treating it as a folder would drop part of the request. */
export const mannerWords: ReadonlySet<string> = new Set(
  words(
    'english french german spanish italian portuguese dutch polish russian turkish arabic hindi chinese japanese korean ' +
      'swedish danish norwegian finnish greek czech ukrainian hebrew latin ' +
      'detail details short brief general particular full order parallel total plain simple depth alphabetical ' +
      'json yaml csv html markdown bullets bullet points words word sentence sentences paragraph paragraphs lines line ' +
      'it them this that which each every',
  ),
);

function words(text: string): string[] {
  return text.split(' ');
}

function meaning(
  nouns: string,
  makers: readonly string[] | undefined,
): (readonly [string, readonly string[] | undefined])[] {
  return words(nouns).map((noun) => [noun, makers] as const);
}
