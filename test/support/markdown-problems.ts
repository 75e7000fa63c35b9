/** Finds Markdown that GitHub does not render as its author intended. */

/** Every problem as `line: description`. Code blocks are only checked for their end. */
export function findMarkdownProblems(markdown: string): string[] {
  const lines = markdown.split('\n');
  const problems: string[] = [];
  let fence: { ticks: string; line: number } | undefined;
  let columns: number | undefined;
  let level = 0;
  for (const [i, line] of lines.entries()) {
    const report = (what: string) => problems.push(`${i + 1}: ${what}`);
    const ticks = /^(`{3,})/.exec(line)?.[1];
    if (fence) {
      if (line.trimEnd() === fence.ticks) fence = undefined;
      continue;
    }
    if (ticks) {
      fence = { ticks, line: i + 1 };
      columns = undefined;
      continue;
    }
    const heading = /^(#+) /.exec(line)?.[1]?.length;
    if (heading !== undefined) {
      if (heading > level + 1) report('a heading skips a level');
      level = heading;
    }
    const text = removeCodeSpans(line, report);
    const row = line.startsWith('|') ? countColumns(line) : undefined;
    if (row !== undefined && columns !== undefined && row !== columns)
      report(`a table row has ${row} cells, not ${columns}`);
    columns = row === undefined ? undefined : (columns ?? row);
    for (const [tag] of text.matchAll(/(?<!\\)<\/?[a-z][^>]*>/gi)) report(`${tag} is read as HTML`);
    if (/(?<!\\)\*/.test(text.replace(/^ *\* /, '').replaceAll(/\*\*[^*]+\*\*/g, '')))
      report('a lone * begins emphasis');
  }
  if (fence) problems.push(`${fence.line}: a code block has no end`);
  return problems;
}

/**
 * The line without its code spans. A span that contains backticks ends at the first of them: what is left is a run of backticks without a
 * partner, or text that touches the delimiters.
 */
function removeCodeSpans(line: string, report: (what: string) => void): string {
  let rest = line;
  let text = '';
  for (;;) {
    const open = /`+/.exec(rest);
    if (!open) return text + rest;
    const [ticks] = open;
    const after = rest.slice(open.index + ticks.length);
    const close = new RegExp(`(?<!\`)${ticks}(?!\`)`).exec(after);
    text += rest.slice(0, open.index);
    if (!close) {
      report(`backticks without a partner: ${ticks}${after.slice(0, 20)}`);
      return text + after;
    }
    const before = rest.at(open.index - 1) ?? '';
    const next = after.at(close.index + ticks.length) ?? '';
    if ((open.index > 0 && /\w/.test(before)) || /\w/.test(next))
      report(`a code span touches a word: ${rest}`);
    rest = after.slice(close.index + ticks.length);
  }
}

/** The cells of a table row as GitHub counts them: a pipe without a backslash separates cells, in code spans too. */
function countColumns(line: string): number {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/).length;
}
