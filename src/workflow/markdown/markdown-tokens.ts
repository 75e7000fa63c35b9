/** Tokenizes the Markdown elements that carry meaning. */

import type { Problem } from '../format/problem.js';

/** A Markdown element with a meaning. Lines are 1-based. */
export type Token =
  | Readonly<{ kind: 'heading'; level: number; text: string; line: number }>
  | Readonly<{ kind: 'block' } & Block>
  | Readonly<{ kind: 'item' } & Item>
  | Readonly<{ kind: 'text'; text: string; line: number }>;

/** A fenced block. Its text starts on the line after `line`. */
export type Block = Readonly<{ info: string; text: string; line: number }>;

/** A `- key: value` item with its indented lines. */
export type Item = Readonly<{ text: string; line: number }>;

/** The elements in order; empty lines are text elements without text. */
export function readTokens(lines: readonly string[], firstLine: number, problems: Problem[]): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i]!;
    const at = firstLine + i;
    const [, indent = '', fence, info = ''] = FENCE.exec(line) ?? [];
    const [, hashes, title] = HEADING.exec(line) ?? [];
    if (fence) {
      let end = i + 1;
      while (end < lines.length && !closes(lines[end]!, fence)) end++;
      if (end === lines.length) problems.push(unclosed(fence, info, at));
      const content = lines.slice(i + 1, end).map((each) => dedent(each, indent.length));
      tokens.push({ kind: 'block', info: info.trim(), text: content.join('\n'), line: at });
      i = end + 1;
    } else if (hashes) {
      tokens.push({ kind: 'heading', level: hashes.length, text: title!.trim(), line: at });
      i++;
    } else if (ITEM.test(line)) {
      const end = endOfItem(lines, i);
      const text = lines.slice(i, end).join('\n').trimEnd();
      tokens.push({ kind: 'item', text, line: at });
      i = end;
    } else {
      tokens.push({ kind: 'text', text: line.trim(), line: at });
      i++;
    }
  }
  return tokens;
}

const FENCE = /^([ \t]*)(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const ITEM = /^[ \t]*- +\S/;

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence[0]!.repeat(text.length);
}

function dedent(line: string, width: number): string {
  const blank = line.length - line.trimStart().length;
  return line.slice(Math.min(blank, width));
}

/** An item continues over empty lines and lines indented at least as far as its text. */
function endOfItem(lines: readonly string[], start: number): number {
  const column = lines[start]!.indexOf('-') + 2;
  const goesOn = (line: string) =>
    line.trim() === '' || (line.length - line.trimStart().length >= column && !FENCE.test(line));
  let end = start + 1;
  while (end < lines.length && goesOn(lines[end]!)) end++;
  return end;
}

function unclosed(fence: string, info: string, line: number): Problem {
  return {
    path: '',
    line,
    message: `the block that begins with ${fence}${info} is never closed.`,
    hint: `End it with a line ${fence}. A block that holds fences of its own needs a longer one around it.`,
  };
}
