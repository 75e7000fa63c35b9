/** The vocabulary of the offline language. */

import type { Counted, Extracted } from './parsed-steps.js';

/** Filler words. No other word is ever skipped. */
export const fillers: ReadonlySet<string> = new Set(words('the a an my our please kindly just also now'));

/** Leading courtesies, and words that only order the clauses. */
export const leadIns: readonly string[] = [
  'first of all',
  'first',
  'i need you to',
  'help me',
  "i'd like you to",
  "i'd like to",
  "let's",
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
export const leadOuts: readonly string[] = [
  'for me',
  'to me',
  'on the screen',
  'on screen',
  'to the screen',
  'thank you',
  'thanks',
];

/** Verbs that need a model. */
export const modelVerbs: readonly string[] = words(
  'ask translate rewrite rephrase paraphrase explain describe analyze analyse classify categorize compare review critique ' +
    'improve correct proofread answer draft compose generate brainstorm suggest evaluate interpret simplify ' +
    'what why who when where which how tell',
);

export const extractWords: Readonly<Record<string, Extracted>> = {
  links: 'links',
  hyperlinks: 'links',
  'web addresses': 'links',
  urls: 'links',
  emails: 'emails',
  'e-mails': 'emails',
  'email addresses': 'emails',
  'email address': 'emails',
  'e-mail address': 'emails',
  'e-mail addresses': 'emails',
  'mail addresses': 'emails',
  'table of contents': 'headings',
  outline: 'headings',
  'section titles': 'headings',
  headings: 'headings',
  headers: 'headings',
  keywords: 'keywords',
};

export const countWords: Readonly<Record<string, Counted>> = {
  words: 'words',
  word: 'words',
  line: 'lines',
  character: 'characters',
  lines: 'lines',
  characters: 'characters',
  chars: 'characters',
};

/** Anaphora, and the verbs whose results they refer to; undefined refers to the last result. */
export const backWords: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ...meaning('it them this that these those both rest result results output outputs', undefined),
  ...meaning('summary summaries', ['summarize']),
  ...meaning('text texts content contents', ['read', 'fetch', 'change']),
  ...meaning('file files', ['read', 'list']),
  ...meaning('document documents', ['read', 'fetch', 'list']),
  ...meaning('page pages response', ['fetch']),
  ...meaning('list', ['list', 'links', 'emails', 'headings', 'keywords']),
  ...meaning('links urls', ['links']),
  ...meaning('emails', ['emails']),
  ...meaning('headings', ['headings']),
  ...meaning('keywords', ['keywords']),
  ...meaning('lines', ['change', 'matches', 'read', 'fetch', 'run']),
  ...meaning('matches', ['matches']),
  ...meaning('commits', ['commits']),
  ...meaning('count counts number numbers', ['words', 'lines', 'characters', 'files']),
]);

export const numberWords: readonly string[] = words('one two three four five six seven eight nine ten');

/** Well-known file names without an extension. */
export const plainFiles: ReadonlySet<string> = new Set(
  words('readme license licence changelog contributing authors notice todo makefile dockerfile'),
);

/** Names of file kinds. */
export const fileKinds: Readonly<Record<string, string>> = {
  markdown: '*.md',
  md: '*.md',
  text: '*.txt',
  txt: '*.txt',
  json: '*.json',
  csv: '*.csv',
  yaml: '*.{yaml,yml}',
  xml: '*.xml',
  html: '*.html',
  css: '*.css',
  pdf: '*.pdf',
  log: '*.log',
  python: '*.py',
  py: '*.py',
  typescript: '*.ts',
  ts: '*.ts',
  javascript: '*.js',
  js: '*.js',
  rust: '*.rs',
  go: '*.go',
  java: '*.java',
};

/** Words for the files of a folder: "every note in notes". */
export const fileNouns: readonly string[] = words(
  'files file documents document notes note reports report articles article letters letter chapters chapter posts post',
);

/** Things that only a reader can find, so not a text to search for: "find bugs in a.ts". */
export const judgedWords: ReadonlySet<string> = new Set(
  words(
    'bug bugs typo typos mistake mistakes error errors issue issues problem problems duplicate duplicates difference differences ' +
      'inconsistency inconsistencies name names date dates number numbers answer answers information info fact facts detail details ' +
      'anything something everything nothing what who where people place places word words line lines topic topics ' +
      'idea ideas example examples mention mentions task tasks todo todos file files folder folders function functions',
  ),
);

/** Names of the letter cases, by the change that produces them. */
export const caseWords: Readonly<Record<string, 'upper' | 'lower'>> = {
  'upper case': 'upper',
  uppercase: 'upper',
  'upper-case': 'upper',
  capitals: 'upper',
  'capital letters': 'upper',
  'all caps': 'upper',
  'lower case': 'lower',
  lowercase: 'lower',
  'lower-case': 'lower',
  'small letters': 'lower',
};

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

/** Places that are no folders: "copy it to the clipboard". */
export const placeWords: ReadonlySet<string> = new Set(
  words(
    'clipboard trash bin disk file screen printer cloud server database production email mail slack phone computer somewhere',
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
