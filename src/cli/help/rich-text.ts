/** Inline Markdown as words with styles: code spans, bold, emphasis and links, wrapped to a width. */
import { textWidth } from '../../lib/text/text-width.js';

export type RichStyle = 'plain' | 'bold' | 'emphasis' | 'code' | 'heading' | 'rule';

/** Text in one style. */
export type Run = Readonly<{ text: string; style: RichStyle }>;

/** How inline Markdown is shown where styles cannot be: code spans then keep their backticks. */
export type RichOptions = Readonly<{ styled: boolean; base?: RichStyle }>;

/** Parses inline Markdown. A link to another page of the manual names the command that shows it. */
export function parseInline(text: string, { styled, base = 'plain' }: RichOptions): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    runs.push({ text: text.slice(end, match.index), style: base });
    const { code, bold, emphasis, label, target, escaped } = match.groups as Partial<Record<string, string>>;
    if (escaped !== undefined) runs.push({ text: escaped, style: base });
    else if (code !== undefined) runs.push({ text: showCode(code, styled), style: 'code' });
    else if (bold !== undefined) runs.push({ text: bold, style: 'bold' });
    else if (emphasis !== undefined) runs.push({ text: emphasis, style: 'emphasis' });
    else runs.push({ text: showLink(label!, target!), style: base });
    end = match.index + match[0].length;
  }
  runs.push({ text: text.slice(end), style: base });
  return runs.filter((run) => run.text !== '');
}

const INLINE =
  /\\(?<escaped>[*_<[\\])|(?<!`)(?<ticks>`+)(?!`)(?<code>.+?)(?<!`)\k<ticks>(?!`)|\*\*(?<bold>.+?)\*\*|(?<![*\w])\*(?<emphasis>[^*\s][^*]*)\*(?![*\w])|\[(?<label>[^\]]+)\]\((?<target>[^)\s]+)\)/g;

function showCode(code: string, styled: boolean): string {
  // CommonMark: one space on each side belongs to the delimiters.
  const text = /^ .*\S.* $/.test(code) ? code.slice(1, -1) : code;
  return styled || text.includes('`') ? text : `\`${text}\``;
}

function showLink(label: string, target: string): string {
  const page = /^([\w-]+)\.md$/.exec(target)?.[1];
  if (page !== undefined) return `${label} (pflow help ${page})`;
  return label === target || !target.includes('://') ? label : `${label} (${target})`;
}

/** The cells of the widest word: no column can be narrower without breaking a word. */
export function longestWord(runs: readonly Run[]): number {
  return Math.max(0, ...splitWords(runs, LONGEST_UNBROKEN).map(runsWidth));
}

export function runsWidth(runs: readonly Run[]): number {
  return runs.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** Breaks runs into lines of at most `width` cells, at spaces; a longer word is broken where the line ends. */
export function wrapRuns(runs: readonly Run[], width: number): Run[][] {
  const lines: Run[][] = [[]];
  let room = width;
  for (const word of splitWords(runs, unbrokenIn(width))) {
    const size = runsWidth(word);
    const isFirst = lines.at(-1)!.length === 0;
    if (!isFirst && size + 1 > room) {
      lines.push([]);
      room = width;
    } else if (!isFirst) {
      append(lines.at(-1)!, { text: ' ', style: spaceStyle(lines.at(-1)!.at(-1)!, word[0]!) });
      room -= 1;
    }
    for (const run of word) {
      let rest = Array.from(run.text);
      while (rest.length > 0) {
        const fits = countFitting(rest, room);
        if (fits === 0 && room < width) {
          lines.push([]);
          room = width;
          continue;
        }
        const taken = rest.slice(0, Math.max(1, fits)).join('');
        append(lines.at(-1)!, { text: taken, style: run.style });
        room -= textWidth(taken);
        rest = rest.slice(Math.max(1, fits));
      }
    }
  }
  return lines;
}

type Word = readonly Run[];

/** Words may change their style in the middle, as in `code`s. */
function splitWords(runs: readonly Run[], unbroken: number): Word[] {
  const words: Run[][] = [];
  let isOpen = false;
  for (const { text, style } of runs) {
    const isUnbroken = style === 'code' && textWidth(text) <= unbroken;
    for (const piece of isUnbroken ? [text] : text.split(/( +)/)) {
      if (piece === '') continue;
      if (piece.startsWith(' ')) isOpen = false;
      else if (isOpen) words.at(-1)!.push({ text: piece, style });
      else {
        words.push([{ text: piece, style }]);
        isOpen = true;
      }
    }
  }
  return words;
}

/** A code span of at most this many cells stays on one line, also where that makes a column of a table wider. */
const LONGEST_UNBROKEN = 24;

/** How long a code span may be to stay on one line of `width` cells. */
function unbrokenIn(width: number): number {
  return Math.max(LONGEST_UNBROKEN, Math.floor(width * 0.6));
}

/** A space between two words of one code span is part of it. */
function spaceStyle(before: Run, after: Run): RichStyle {
  return before.style === after.style ? before.style : 'plain';
}

function append(line: Run[], run: Run): void {
  const last = line.at(-1);
  if (last?.style === run.style) line[line.length - 1] = { ...last, text: last.text + run.text };
  else line.push(run);
}

function countFitting(characters: readonly string[], room: number): number {
  let cells = 0;
  let count = 0;
  for (const character of characters) {
    cells += textWidth(character);
    if (cells > room) break;
    count++;
  }
  return count;
}
