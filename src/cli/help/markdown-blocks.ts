/** Parses the Markdown of the manual into blocks: headings, paragraphs, lists, tables and code. */

export type Block =
  | Readonly<{ kind: 'heading'; level: number; text: string }>
  | Readonly<{ kind: 'paragraph'; text: string }>
  | Readonly<{ kind: 'list'; items: readonly ListItem[] }>
  | Readonly<{ kind: 'code'; language: string; lines: readonly string[] }>
  | Readonly<{ kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }>;

/** `marker` is what is printed before the item: `-` or its number. */
type ListItem = Readonly<{ marker: string; depth: number; text: string }>;

/**
 * The blocks of a page, in order. This reads the part of CommonMark and GFM that the manual uses; comments are dropped. test/docs
 * checks that the pages use nothing else.
 */
export function parseBlocks(markdown: string): Block[] {
  const lines = markdown.replaceAll(/<!--[^]*?-->\n?/g, '').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const fence = FENCE.exec(line);
    if (fence) {
      const end = lines.findIndex((each, i) => i > at && each.trimEnd() === fence[1]);
      const last = end === -1 ? lines.length : end;
      blocks.push({ kind: 'code', language: fence[2]!, lines: lines.slice(at + 1, last) });
      at = last + 1;
      continue;
    }
    const run = takeRun(lines, at);
    at += Math.max(1, run.length);
    const block = parseRun(run);
    if (block) blocks.push(block);
  }
  return blocks;
}

const FENCE = /^(`{3,})(\w*)/;
const HEADING = /^(#{1,6}) (.*)/;
const ITEM = /^( *)([-*]|\d+\.) (.*)/;

/** The lines from `start` on that belong together: up to an empty line, a fence or a heading. */
function takeRun(lines: readonly string[], start: number): readonly string[] {
  if (HEADING.test(lines[start]!)) return [lines[start]!];
  const isEnd = (line: string) => line.trim() === '' || FENCE.test(line) || HEADING.test(line);
  const length = lines.slice(start).findIndex(isEnd);
  return lines.slice(start, length === -1 ? lines.length : start + length);
}

function parseRun(run: readonly string[]): Block | undefined {
  const [first] = run;
  if (first === undefined) return undefined;
  const heading = HEADING.exec(first);
  if (heading) return { kind: 'heading', level: heading[1]!.length, text: heading[2]! };
  if (first.startsWith('|')) {
    const [head = [], , ...rows] = run.map(splitRow);
    return { kind: 'table', head, rows };
  }
  if (ITEM.test(first)) return { kind: 'list', items: parseItems(run) };
  return { kind: 'paragraph', text: joinLines(run) };
}

function parseItems(run: readonly string[]): ListItem[] {
  const items: ListItem[] = [];
  for (const line of run) {
    const [, indent = '', marker = '', text = ''] = ITEM.exec(line) ?? [];
    const last = items.at(-1);
    if (marker === '' && last) items[items.length - 1] = { ...last, text: `${last.text} ${line.trim()}` };
    else items.push({ marker: marker === '*' ? '-' : marker, depth: indent.length >> 1, text });
  }
  return items;
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(' ');
}

/** The cells of a table row. A pipe inside a cell is written `\|`. */
function splitRow(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
