/** Extracts prose from Markdown and HTML. */

import { getOwn } from '../../lib/data/own-property.js';

/**
 * Extracts the paragraphs of a Markdown or HTML text: front matter, code, headings, tables, badges, images, rules and
 * markup are dropped, a URL is reduced to its host, list items become paragraphs.
 */
export function proseOf(source: string): string[] {
  const text = withoutCode(source)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<(script|style|pre|svg|head|table)\b[^<>]*>[\s\S]*?(?:<\/\1>|$)/gi, '\n')
    .replace(/<\/?(p|div|br|li|ul|ol|h[1-6]|section|article|tr|td|blockquote)\b[^<>]*>/gi, '\n\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '');
  return paragraphs(text.split('\n'))
    .map(inlineText)
    .filter((paragraph) => /\p{L}{2}/u.test(paragraph));
}

/** The headings of a Markdown text without markup. */
export function headingsOf(source: string): string[] {
  const marked = withoutCode(source).matchAll(
    /^ {0,3}#{1,6}[ \t](.*)$|^ {0,3}(\S.*)\n {0,3}(?:=+|-{3,})[ \t]*$/gm,
  );
  return Array.from(marked, ([, atx, setext]) => inlineText(atx ?? setext!).replace(/ ?#+$/, '')).filter(
    Boolean,
  );
}

/** Removes front matter and fenced code; an unclosed fence extends to the end. */
function withoutCode(source: string): string {
  return source
    .replace(/\r\n?/g, '\n')
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^( {0,3})(`{3,}|~{3,})[^\n`~]*\n[\s\S]*?(\n\1\2.*$|$(?![\s\S]))/gm, '\n');
}

const LIST_MARK = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/;

/** Joins lines into paragraphs; non-prose lines separate them. */
function paragraphs(lines: readonly string[]): string[] {
  const result: string[] = [];
  let current: string[] = [];
  const end = () => {
    if (current.length > 0) result.push(current.join(' '));
    current = [];
  };
  for (const raw of lines) {
    const line = raw.replace(/^\s*(>\s?)+/, '');
    if (isUnderline(line)) {
      // Below text it marks a heading; alone it is a rule.
      current.pop();
      end();
    } else if (!line.trim() || isNoProse(line)) {
      end();
    } else if (LIST_MARK.test(line)) {
      end();
      current.push(line.replace(LIST_MARK, ''));
    } else if (current.length > 0 || !/^( {4}|\t)/.test(raw)) {
      current.push(line.trim());
    }
  }
  end();
  return result;
}

function isUnderline(line: string): boolean {
  return /^ {0,3}(={2,}|-{3,}|\*{3,}|_{3,})\s*$/.test(line);
}

/** Headings, table rows, link definitions. */
function isNoProse(line: string): boolean {
  return /^ {0,3}#{1,6}\s/.test(line) || /^\s*\|.*\|\s*$/.test(line) || /^\s*\[[^\]]+\]:\s/.test(line);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  apos: "'",
  nbsp: ' ',
};

/** Quantifiers are bounded, so that matching stays linear. */
function inlineText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\[!\[[^[\]]{0,300}\]\([^()]{0,2000}\)\]\([^()]{0,2000}\)/g, '')
    .replace(/!\[[^[\]]{0,300}\](\([^()]{0,2000}\)|\[[^[\]]{0,300}\])/g, '')
    .replace(/\[([^[\]]{1,300})\](\([^()]{0,2000}\)|\[[^[\]]{0,300}\])/g, '$1')
    .replace(/<?\bhttps?:\/\/([^\s<>()\]/]{1,300})[^\s<>()\]]*?(?=[.,;:!?]*([\s<>()\]]|$))>?/g, '$1')
    .replace(/`+([^`]*)`+/g, '$1')
    .replace(/(\*\*\*|\*\*|\*|___|__)(?=\S)([^*]{0,500}?\S)\1/g, '$2')
    .replace(/(^|\W)_([^_]{1,500})_(?=\W|$)/g, '$1$2')
    .replace(/&(#?\w{1,8});/g, (entity, name: string) => getOwn(ENTITIES, name) ?? entity)
    .replace(/ \( ?\)/g, '')
    .replace(/ ([.,;:!?])(?= |$)/g, '$1')
    .replace(/ +/g, ' ')
    .trim();
}
