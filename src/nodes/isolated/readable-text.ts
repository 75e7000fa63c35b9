/** Extracts readable text from HTML; runs in a worker, because parsing a hostile page takes minutes. */

import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

/** Above this many elements the article extraction is skipped, since it would take too long. */
const MOST_ELEMENTS = 50_000;
/** The same limit for the nesting depth: the time is quadratic in it, 20 s for 1,000 levels. */
const DEEPEST = 200;

/** Extracts the article of a page if there is one, else all text. Paragraphs are separated by empty lines. */
export function run(html: string): string {
  const article = findArticle(html);
  const { document } = parseHTML(
    article === undefined ? withBody(html) : `<html><body>${article}</body></html>`,
  );
  const parts: string[] = [];
  collect(document.body, parts);
  return tidy(parts.join(''));
}

function findArticle(html: string): string | undefined {
  try {
    const { document } = parseHTML(withBody(html));
    if (isDeeperThan(DEEPEST, document.body)) return undefined;
    return new Readability(document, { maxElemsToParse: MOST_ELEMENTS }).parse()?.content ?? undefined;
  } catch {
    return undefined;
  }
}

/** The parser requires an explicit body element. */
function withBody(html: string): string {
  return /<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`;
}

const unread = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'SVG', 'HEAD', 'IFRAME', 'NAV']);
const paragraphs = new Set([
  'P',
  'H1',
  'H2',
  'H3',
  'H4',
  'H5',
  'H6',
  'UL',
  'OL',
  'PRE',
  'BLOCKQUOTE',
  'TABLE',
  'SECTION',
  'ARTICLE',
  'HEADER',
  'FOOTER',
  'FIGURE',
  'HR',
  'DL',
]);
const lines = new Set(['DIV', 'LI', 'TR', 'BR', 'DT', 'DD']);

/** The subset of a DOM node used here. */
type PageNode = Readonly<{ nodeName: string; textContent: string | null; childNodes: Iterable<PageNode> }>;

function isDeeperThan(limit: number, root: PageNode): boolean {
  const open: { node: PageNode; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next; (next = open.pop());) {
    const { node, depth } = next;
    if (depth > limit) return true;
    for (const child of node.childNodes) open.push({ node: child, depth: depth + 1 });
  }
  return false;
}

/** Collects the text of a page. Iterative: a page may nest its elements deeper than the stack. */
function collect(root: PageNode, parts: string[]): void {
  const open: (PageNode | string)[] = [...root.childNodes].toReversed();
  for (let next; (next = open.pop()) !== undefined;) {
    if (typeof next === 'string') {
      parts.push(next);
      continue;
    }
    const name = next.nodeName.toUpperCase();
    if (name === '#TEXT') parts.push((next.textContent ?? '').replace(/\s+/g, ' '));
    if (name.startsWith('#') || unread.has(name)) continue;
    const around = paragraphs.has(name) ? '\n\n' : lines.has(name) ? '\n' : '';
    parts.push(around, name === 'LI' ? '- ' : '');
    open.push(name === 'TD' || name === 'TH' ? ' ' : '', around);
    for (const child of [...next.childNodes].toReversed()) open.push(child);
  }
}

function tidy(text: string): string {
  return text
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/ {2,}/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
