/** Formats Markdown for the screen without dropping a character. */

import { textWidth } from '../../lib/text/text-width.js';
import { codeSegments, languageNamed } from './highlight-code.js';
import { segment, type Segment } from '../base/frame.js';

/** A block of Markdown: a prefix on its first line, and text that may contain newlines. */
export type MarkdownBlock = Readonly<{ lead: readonly Segment[]; body: readonly Segment[] }>;

/** Whether a text looks like Markdown: a heading, fence, list, quote, or inline emphasis. */
export function isMarkdown(text: string): boolean {
  return /^ {0,3}(?:#{1,6} \S|```|~~~|[-*+] \S|\d+[.)] \S|> ?\S)|\*\*\S|(?<!`)`[^`\n]+`/m.test(text);
}

/** Whether a text contains a code fence. */
export function hasFence(text: string): boolean {
  return /^\s*(?:```|~~~)/m.test(text);
}

/**
 * Formats Markdown: headings are styled, list items have hanging indents, code is highlighted. Every character is kept,
 * markup included: this is exactly what was sent to or received from a model, and the markup may be the fault.
 */
export function markdownBlocks(text: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const fence = FENCE.exec(line);
    if (!fence) {
      blocks.push(lineBlock(line));
      continue;
    }
    const end = endOfFence(lines, i + 1, fence[1]!);
    blocks.push(plain([segment(line, 'dim')]));
    if (end > i + 1) blocks.push(codeBlock(lines.slice(i + 1, end).join('\n'), fence[2]!));
    if (end < lines.length) blocks.push(plain([segment(lines[end]!, 'dim')]));
    i = end;
  }
  return blocks;
}

const FENCE = /^\s*(`{3,}|~{3,})\s*([\w-]*)[^`]*$/;

/** The index of the closing fence; one past the end if unclosed. */
function endOfFence(lines: readonly string[], from: number, opening: string): number {
  for (let i = from; i < lines.length; i++) {
    const marks = lines[i]!.trim();
    if (marks.length >= opening.length && marks === opening[0]!.repeat(marks.length)) return i;
  }
  return lines.length;
}

function codeBlock(code: string, name: string): MarkdownBlock {
  const language = languageNamed(name);
  return plain(language === undefined ? [segment(code, 'code')] : codeSegments(code, language));
}

function lineBlock(line: string): MarkdownBlock {
  const heading = /^( {0,3}#{1,6}(?:\s+|$))(.*)$/.exec(line);
  if (heading) return plain([segment(heading[1]!, 'dim'), segment(heading[2]!, 'markdown-heading')]);
  if (/^\s*([-*_=])(?:\s*\1){2,}\s*$/.test(line)) return plain([segment(line, 'dim')]);
  const [, indent = '', mark = '', gap = ''] = /^(\s*)([-*+]|\d{1,9}[.)]|>(?:\s?>)*)(\s+)/.exec(line) ?? [];
  if (mark === '') return plain(wordSegments(line));
  return {
    lead: [segment(indent), segment(mark, mark.startsWith('>') ? 'dim' : 'bold'), segment(gap)],
    body: wordSegments(line.slice(indent.length + mark.length + gap.length)),
  };
}

/** The width of a block prefix. */
export function leadWidth({ lead }: MarkdownBlock): number {
  return lead.reduce((sum, { text }) => sum + textWidth(text), 0);
}

const WORDS =
  /(?<code>`[^`\n]+`)|(?<strong>\*\*(?=\S)(?:[^*\n]|\*(?!\*))+\*\*)|(?<emphasis>(?<![\w*])\*(?=[^\s*])[^*\n]+\*(?![\w*]))|(?<link>\[[^[\]\n]+\](?=\())|(?<target>(?<=\])\([^()\n]*\))/g;

/** Inline emphasis and code, including their markup. */
function wordSegments(line: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const match of line.matchAll(WORDS)) {
    const { code, strong, emphasis, link } = match.groups ?? {};
    const style = code ? 'code' : strong ? 'bold' : emphasis || link ? 'emphasis' : 'dim';
    segments.push(segment(line.slice(at, match.index)), segment(match[0], style));
    at = match.index + match[0].length;
  }
  return [...segments, segment(line.slice(at))].filter(({ text }) => text !== '');
}

function plain(body: readonly Segment[]): MarkdownBlock {
  return { lead: [], body };
}
