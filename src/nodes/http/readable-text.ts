/** Extracts readable text from HTML. */

import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

/** Above this many elements the article extraction is skipped, since it would take too long. */
const MOST_ELEMENTS = 50_000;

/** Extracts the article of a page if there is one, else all text. Paragraphs are separated by empty lines. */
export function readableText(html: string): string {
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

function collect(node: PageNode, parts: string[]): void {
  for (const child of node.childNodes) {
    const name = child.nodeName.toUpperCase();
    if (name === '#TEXT') parts.push((child.textContent ?? '').replace(/\s+/g, ' '));
    if (name.startsWith('#') || unread.has(name)) continue;
    const around = paragraphs.has(name) ? '\n\n' : lines.has(name) ? '\n' : '';
    parts.push(around, name === 'LI' ? '- ' : '');
    collect(child, parts);
    parts.push(around, name === 'TD' || name === 'TH' ? ' ' : '');
  }
}

function tidy(text: string): string {
  return text
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/ {2,}/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
