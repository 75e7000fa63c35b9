/** The grammar of the offline language: the rules of every kind, in the order in which they are tried. */

import { fileForms } from './forms/file-forms.js';
import { readForms } from './forms/read-forms.js';
import type { Row } from './forms/row.js';
import { searchForms } from './forms/search-forms.js';
import { systemForms } from './forms/system-forms.js';
import { textForms } from './forms/text-forms.js';
import { lineForms } from './forms/line-forms.js';
import { writeForms } from './forms/write-forms.js';
import { modelVerbs } from './language/lexicon.js';

/** The grammar. Among rules with the same first word, the first one that parses the complete clause wins. */
export const rows: readonly Row[] = [
  ...readForms,
  ...textForms,
  ...lineForms,
  ...searchForms,
  ...writeForms,
  ...fileForms,
  ...systemForms,
];

/** The words of `for each X, …`, which precedes another clause. */
export const forEach = {
  words: ['for each of', 'for each', 'for every', 'for all of', 'for all'],
  form: 'for each X, …',
  example: 'for each *.md in docs, count words in it',
  meaning: 'runs the following steps for each of the files',
} as const;

/** The words of `in X, …`, which names the source for the rest of its clause. */
export const within = ['in', 'from', 'with', 'using', 'take'] as const;

/** What may precede a result that a clause names: "show me the first 10 lines of a.txt". */
export const askingWords = [
  'show me only',
  'show only',
  'print only',
  'list only',
  'give me only',
  'show me',
  'give me',
  'get me',
  'tell me',
  'let me see',
  'i need',
  'i want',
  'i would like',
  "i'd like",
  'provide me',
  'provide',
  'prepare',
  'show',
  'display',
  'print',
  'list',
  'get',
  'find',
  'extract',
  'collect',
  'what is',
  "what's",
  'what are',
  'read',
  'view',
  'see',
  'return',
  'output',
  'write',
  'make list of',
  'create list of',
  'make',
  'create',
  'produce',
  'generate',
] as const;

/** Like `askingWords`, with the file that the result is written to at the end of the clause. */
export const savingWords = ['save', 'store', 'put', 'copy', 'append', 'add', 'send', 'post'] as const;

/** All words and phrases that can start a clause. */
export const openings: readonly string[] = [
  ...new Set([
    ...rows.filter(({ noun }) => !noun).flatMap(({ words }) => words),
    'links',
    'urls',
    'emails',
    'headings',
    'keywords',
    ...askingWords,
    ...forEach.words,
    ...modelVerbs,
  ]),
];
