/** Steps that summarize, count and extract. */

import type { NewNode, WorkflowBuilder } from './builder.js';
import { countCode, extractCode } from './snippets.js';
import { textOf, valueOf } from './sources.js';
import type { Source, StepOf } from '../language/parsed-steps.js';

/** Default number of sentences of a summary, per file. */
const SENTENCES = 5;
const SENTENCES_EACH = 3;

/** Summarizes a text, or each of several. */
export function addSummarize(builder: WorkflowBuilder, { source, sentences }: StepOf<'summarize'>): void {
  const node = (text: string, several: boolean): NewNode => {
    const unsaid = several ? SENTENCES_EACH : SENTENCES;
    const length =
      sentences === undefined ? unsaid : builder.input('sentences', sentences, 'How long a summary is');
    return {
      id: 'summarize',
      type: 'llm',
      purpose: 'Summarize the text',
      params: { prompt: `Summarize the following text in ${length} sentences:\n\n${text}` },
    };
  };
  overText(builder, { source, node, field: 'response', kind: 'text', madeBy: 'summarize' });
}

/** Counts words, lines or characters. */
export function addCount(builder: WorkflowBuilder, { what, source }: StepOf<'count'>): void {
  const node = (text: string): NewNode => ({
    id: 'count',
    type: 'code',
    purpose: `Count the ${what}`,
    params: { inputs: { text }, code: countCode[what] },
  });
  overText(builder, { source, node, field: 'result', kind: 'number', madeBy: what });
}

/** Extracts links, emails, headings or keywords. */
export function addExtract(builder: WorkflowBuilder, { what, source }: StepOf<'extract'>): void {
  const node = (text: string): NewNode => ({
    id: what,
    type: 'code',
    purpose: `Find the ${what}`,
    params: { inputs: { text }, code: extractCode[what] },
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

/** Adds a node that works on one text or on each of several. */
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
