import { textWidth } from '../../lib/text/text-width.js';
import { codeSegments, languageNamed } from './highlight-code.js';
import { segment, type Segment } from '../base/frame.js';

/** A stretch of Markdown: what stands before it on its first line only, and text that may hold newlines. */
export type MarkdownBlock = Readonly<{ lead: readonly Segment[]; body: readonly Segment[] }>;

/** Whether a text has the look of Markdown: a heading, a fence, a list or a quote, or words set apart within a line. */
export function isMarkdown(text: string): boolean {
  return /^ {0,3}(?:#{1,6} \S|```|~~~|[-*+] \S|\d+[.)] \S|> ?\S)|\*\*\S|(?<!`)`[^`\n]+`/m.test(text);
}

/** Whether a text has a fence, so that it is about code at most. */
export function hasFence(text: string): boolean {
  return /^\s*(?:```|~~~)/m.test(text);
}

/**
 * Markdown as it reads: headings stand out, list items hang on their marks, code has its words told apart. Every character
 * stays, the marks included: this is what a model was sent or said, and a mark may be what went wrong in it.
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

/** The line that closes a fence; one after the last where none does. */
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

/** The cells of what stands before a block. */
export function leadWidth({ lead }: MarkdownBlock): number {
  return lead.reduce((sum, { text }) => sum + textWidth(text), 0);
}

const WORDS =
  /(?<code>`[^`\n]+`)|(?<strong>\*\*(?=\S)(?:[^*\n]|\*(?!\*))+\*\*)|(?<emphasis>(?<![\w*])\*(?=[^\s*])[^*\n]+\*(?![\w*]))|(?<link>\[[^[\]\n]+\](?=\())|(?<target>(?<=\])\([^()\n]*\))/g;

/** Words set apart within a line, each with its marks. */
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
