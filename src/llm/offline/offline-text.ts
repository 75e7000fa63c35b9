/** Rules for text instructions: summarize, extract, count and the like. */

import { createSegmenter } from '../../lib/text/segmenter.js';
import { PflowError } from '../../lib/error.js';
import { sentencesOf, summarySentences, wordCounts } from './lexrank.js';
import { headingsOf, proseOf } from './plain-prose.js';
import { HOW_TO_CONNECT_A_MODEL } from '../select/provider-list.js';
import { segmentsOf } from './segments.js';

/** An instruction that a rule can carry out on the text below it. */
export type InstructionForm = Readonly<{
  /** Its syntax, for help and documentation. */
  form: string;
  /** Its result. */
  gives: string;
  /** Matches the instruction without a trailing colon or period. */
  pattern: RegExp;
  answer(text: string, match: RegExpExecArray): string;
}>;

const SUBJECT =
  '(?:(?:of|in|from)\\s+)?(?:(?:the|this|these)\\s+)?(?:following\\s+)?(?:text|article|document|file|page|web ?page|content|contents|passage|notes?|readme|report|e-?mail|transcript|story|post|message|markdown)?';
const NUMBER = '\\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten';

/** All instructions that the offline rules support. */
export const instructionForms: readonly InstructionForm[] = [
  {
    form: 'Summarize the following text in N sentences:',
    gives: 'the N most central sentences (3 without N), in the order of the text',
    pattern: form(
      `summari[sz]e\\s*${SUBJECT}(?:\\s+(?:briefly|(?:in|as|to)\\s+(?<count>${NUMBER}|a\\s+single)\\s+sentences?))?`,
    ),
    answer: (text, { groups }) => summary(text, groups?.['count']).join(' '),
  },
  {
    form: 'Summarize the following text in at most N words:',
    gives: 'as many of the most central sentences as these words allow, at least one',
    pattern: form(
      `summari[sz]e\\s*${SUBJECT}\\s+in\\s+(?:at\\s+most|no\\s+more\\s+than|about|under)?\\s*(?<count>\\d{1,4})\\s+words`,
    ),
    answer: (text, { groups }) => summaryWithin(text, Number(groups!['count'])),
  },
  {
    form: 'Summarize the following text in N bullet points:',
    gives: 'the same, one a line',
    pattern: form(
      `summari[sz]e\\s*${SUBJECT}\\s+(?:in|as|into)\\s+(?:(?<count>${NUMBER})\\s+)?(?:bullets?|bullet\\s+points?|points)`,
    ),
    answer: (text, { groups }) =>
      summary(text, groups?.['count'])
        .map((sentence) => `- ${sentence}`)
        .join('\n'),
  },
  {
    form: 'Count the words in the following text:',
    gives: 'the number of words; also: lines, characters, sentences',
    pattern: form(
      `count\\s+(?:the\\s+)?(?:number\\s+of\\s+)?(?<what>words|lines|characters|sentences)\\s*${SUBJECT}`,
    ),
    answer: (text, { groups }) => String(countOf(text, groups!['what']!.toLowerCase())),
  },
  {
    form: 'List the headings of the following text:',
    gives: 'its Markdown headings, one a line',
    pattern: form(
      `(?:list|extract)\\s+(?:all\\s+)?(?:the\\s+)?(?:headings|headlines|section\\s+titles)\\s*${SUBJECT}`,
    ),
    answer: (text) => listed(headingsOf(text)),
  },
  {
    form: 'Extract the links from the following text:',
    gives: 'its addresses, one a line; also: emails',
    pattern: form(
      `(?:list|extract|find)\\s+(?:all\\s+)?(?:the\\s+)?(?:(?<links>links|urls)|e-?mails(?:\\s+addresses)?|e-?mail\\s+addresses)\\s*${SUBJECT}`,
    ),
    answer: (text, { groups }) => listed(groups?.['links'] ? linksOf(text) : emailsOf(text)),
  },
  {
    form: 'List N keywords of the following text:',
    gives: 'the N words it uses most (8 without N), common words left out, one a line',
    pattern: form(
      `(?:list|extract|find)\\s+(?:the\\s+)?(?:(?:top\\s+)?(?<count>${NUMBER})\\s+)?(?:key\\s?words|main\\s+words)\\s*${SUBJECT}`,
    ),
    answer: (text, { groups }) => listed(keywordsOf(text, numberOf(groups?.['count']) ?? 8)),
  },
];

/** Carries out a prompt that consists of a supported instruction and a text. Otherwise throws `needs_model` and quotes the instruction. */
export function answerByRule(prompt: string): string {
  const { instruction, text } = split(prompt);
  for (const { pattern, answer } of instructionForms) {
    const match = instruction.length <= LONGEST_INSTRUCTION ? pattern.exec(instruction) : null;
    if (!match) continue;
    if (text.trim()) return answer(text, match);
    throw new PflowError('needs_model', `There is no text below '${instruction}'.`, {
      hint: 'Write the instruction, a colon, and the text below it.',
    });
  }
  throw needsModel(instruction);
}

/** The error for an instruction that needs a model. */
export function needsModel(instruction: string): PflowError {
  const line = instruction.replace(/\s+/g, ' ').trim();
  const quoted = line.length > 120 ? `${line.slice(0, 120)}…` : line;
  return new PflowError('needs_model', `Only a language model can follow '${quoted}'.`, {
    hint: `${HOW_TO_CONNECT_A_MODEL} Without one, prompts of these forms work: ${instructionForms.map(({ form }) => `'${form}'`).join(' ')}`,
  });
}

function form(pattern: string): RegExp {
  return new RegExp(`^(?:please\\s+)?${pattern}$`, 'i');
}

/** Maximum length of an instruction. */
const LONGEST_INSTRUCTION = 200;

/** Splits a prompt into the instruction (the first line, or its part before a colon) and the text. */
function split(prompt: string): { instruction: string; text: string } {
  const start = prompt.trimStart();
  const end = start.search(/[:\n]/);
  const head = end === -1 ? start : start.slice(0, end);
  return { instruction: head.trim().replace(/[.!]$/, ''), text: end === -1 ? '' : start.slice(end + 1) };
}

function summary(text: string, count: string | undefined): string[] {
  const sentences = summarySentences(proseOf(text), numberOf(count) ?? 3);
  if (sentences.length > 0) return sentences;
  throw new PflowError(
    'needs_model',
    'The text has no sentences to choose from, and the offline rules cannot write new ones.',
    {
      hint: HOW_TO_CONNECT_A_MODEL,
    },
  );
}

/** The longest summary of at most this many words; one sentence at the least. */
function summaryWithin(text: string, most: number): string {
  let longest = summary(text, '1');
  for (let count = 2; count <= MOST_SENTENCES; count++) {
    const next = summary(text, String(count));
    const isLonger = next.length > longest.length;
    if (!isLonger || next.join(' ').split(/\s+/).length > most) break;
    longest = next;
  }
  return longest.join(' ');
}

/** Maximum number of sentences of a summary whose length is in words. */
const MOST_SENTENCES = 50;

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d/.test(text)) return Math.max(1, Number(text));
  // `a single` means one.
  return Math.max(1, NUMBERS.indexOf(text.toLowerCase()));
}

const words = createSegmenter('word', 'en');
const graphemes = createSegmenter('grapheme', 'en');

function countOf(text: string, what: string): number {
  const body = text.trim();
  switch (what) {
    case 'words':
      return segmentsOf(body, words).filter(({ isWordLike }) => isWordLike).length;
    case 'lines':
      return body.split('\n').length;
    case 'sentences':
      return proseOf(body).flatMap(sentencesOf).length;
    default:
      return segmentsOf(body, graphemes).length;
  }
}

function linksOf(text: string): string[] {
  const found = text.matchAll(
    /\]\(\s?<?([^\s()<>]+)[^()]{0,300}\)|(?:href|src)="([^"]+)"|(https?:\/\/[^\s<>"'()\]]+)/g,
  );
  return Array.from(found, ([, markdown, html, bare]) => markdown ?? html ?? bare!.replace(/[.,;:!?]$/, ''));
}

function emailsOf(text: string): string[] {
  return text.match(/(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}\b/gi) ?? [];
}

function keywordsOf(text: string, count: number): string[] {
  const counts = wordCounts(proseOf(text).join('\n'));
  return Array.from(counts)
    .filter(([word]) => /^\p{L}.{2,}/u.test(word))
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([word]) => word);
}

function listed(items: readonly string[]): string {
  return items.length > 0 ? [...new Set(items)].join('\n') : 'None found.';
}
