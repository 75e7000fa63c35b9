/** Steps that summarize, count and extract. */

import type { NewNode, WorkflowBuilder } from './builder.js';
import {
  changeCode,
  changePurpose,
  countCode,
  extractCode,
  filesWithCode,
  matchesCode,
  matchesInFilesCode,
  onTexts,
} from './snippets.js';
import { concatenate, textOf, valueOf } from './sources.js';
import type { Source, StepOf } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';

/** Default number of sentences of a summary, per file. */
const SENTENCES = 5;
const SENTENCES_EACH = 3;

/** Summarizes a text, or each of several. */
export function addSummarize(
  builder: WorkflowBuilder,
  { source, size, unit = 'sentences' }: StepOf<'summarize'>,
): void {
  const node = (text: string, several: boolean): NewNode => {
    const unsaid = several ? SENTENCES_EACH : SENTENCES;
    const length = size === undefined ? unsaid : builder.input(unit, size, 'How long a summary is');
    const words = {
      sentences: `${length} sentences`,
      words: `at most ${length} words`,
      bullets: `${length} bullet points`,
    };
    return {
      id: 'summarize',
      type: 'llm',
      purpose: 'Summarize the text',
      params: { prompt: `Summarize the following text in ${words[unit]}:\n\n${text}` },
    };
  };
  overText(builder, { source, node, field: 'response', kind: 'text', madeBy: 'summarize' });
}

/** Changes a text, or each of several. */
export function addChange(builder: WorkflowBuilder, { what, source, args = {} }: StepOf<'change'>): void {
  const node = (text: string): NewNode => {
    const texts: Record<string, string> = { text };
    const numbers: Record<string, string> = {};
    for (const [name, value] of Object.entries(args)) {
      const given = builder.input(inputNames[name] ?? name, value, 'What the request says');
      (typeof value === 'number' ? numbers : texts)[name === 'lines' ? 'lines_wanted' : name] = given;
    }
    const params = onTexts(changeCode[what], texts, numbers);
    return { id: what, type: 'code', purpose: changePurpose[what], params };
  };
  const kind = what === 'occurrences' ? 'number' : 'text';
  overText(builder, { source, node, field: 'result', kind, madeBy: kind === 'number' ? 'words' : 'change' });
}

/** Names of inputs that would collide with node ids. */
const inputNames: Readonly<Record<string, string>> = { lines: 'line_count', field: 'field_name' };

/** Finds the lines or the files that contain a text. */
export function addSearch(builder: WorkflowBuilder, { text, source, files = false }: StepOf<'search'>): void {
  const value = valueOf(builder, source, ({ shape }) => shape !== 'number');
  builder.use(value);
  const read = textOf(builder, value);
  const sought = builder.input('text', text, 'The text to look for');
  if (typeof read !== 'string') builder.use(read);
  else if (files) throw new Unread('they miss the folder of the files.');
  if (typeof read !== 'string' && (read.field !== 'content' || read.label !== 'item'))
    throw new Unread('they look for a text in files only.');
  const params =
    typeof read === 'string'
      ? onTexts(matchesCode, { text: read, sought })
      : onTexts(
          files ? filesWithCode : matchesInFilesCode,
          { sought },
          { results: `\${${read.node}.results}` },
        );
  const id = builder.node({
    id: files ? 'files_with' : 'matches',
    type: 'code',
    purpose: files ? 'Find the files with the text' : 'Find the lines with the text',
    params,
  });
  builder.made(
    files
      ? { shape: 'paths', ref: `\${${id}.result}`, madeBy: 'list' }
      : { shape: 'list', ref: `\${${id}.result}`, madeBy: 'matches' },
  );
}

/** Concatenates the texts of several files. */
export function addCombine(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source, ({ shape }) => shape === 'paths' || shape === 'each');
  builder.use(value);
  const read = textOf(builder, value);
  if (typeof read === 'string' || read.field !== 'content') throw new Unread('they combine several files.');
  builder.made({ shape: 'text', ref: concatenate(builder, read), madeBy: 'change' });
}

/** Counts words, lines or characters. */
export function addCount(builder: WorkflowBuilder, { what, source }: StepOf<'count'>): void {
  if (what === 'items') return addCountItems(builder, source);
  const node = (text: string): NewNode => ({
    id: 'count',
    type: 'code',
    purpose: `Count the ${what}`,
    params: onTexts(countCode[what], { text }),
  });
  overText(builder, { source, node, field: 'result', kind: 'number', madeBy: what });
}

function addCountItems(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source, ({ shape }) => shape === 'list' || shape === 'each');
  if (value.shape !== 'list') throw new Unread('they count these in one file or page.');
  builder.use(value);
  const params = { inputs: { items: value.ref }, code: countCode.items };
  const id = builder.node({ id: 'count', type: 'code', purpose: 'Count them', params });
  builder.made({ shape: 'number', ref: `\${${id}.result}`, madeBy: 'files' });
}

/** Extracts links, emails, headings or keywords. */
export function addExtract(builder: WorkflowBuilder, { what, source }: StepOf<'extract'>): void {
  const node = (text: string): NewNode => ({
    id: what,
    type: 'code',
    purpose: `Find the ${what}`,
    params: onTexts(extractCode[what], { text }),
  });
  // Links are in the markup of a page, not in its text.
  overText(builder, { source, node, field: 'result', kind: 'list', madeBy: what, raw: what === 'links' });
}

type TextStep = Readonly<{
  source: Source;
  node: (text: string, several: boolean) => NewNode;
  /** The result output and its kind. */
  field: string;
  kind: 'text' | 'list' | 'number';
  madeBy: string;
  raw?: boolean;
}>;

/** Adds a node that processes one text or each of several. */
function overText(
  builder: WorkflowBuilder,
  { source, node, field, kind, madeBy, raw = false }: TextStep,
): void {
  // "count words in it and count lines in it": the second refers to the text, not to the number.
  const value = valueOf(builder, source, ({ shape }) => shape !== 'number');
  builder.use(value);
  const text = textOf(builder, value, { raw });
  if (typeof text === 'string') {
    const id = builder.node(node(text, false));
    builder.made({ shape: kind, ref: `\${${id}.${field}}`, madeBy });
    return;
  }
  builder.use(text);
  const batch = { items: `\${${text.node}.results}`, as: 'each' };
  const id = builder.node({ ...node(`\${each.${text.field}}`, true), batch });
  builder.made({ shape: 'each', node: id, field, label: `item.${text.label}`, kind, madeBy });
}
