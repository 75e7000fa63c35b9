import { LruCache } from '../../lib/data/lru-cache.js';
import { safeText } from '../../lib/text/safe-text.js';
import { codeSegments, guessLanguage } from './highlight-code.js';
import { segment, type Line } from '../base/frame.js';
import { hasFence, isMarkdown, leadWidth, markdownBlocks, type MarkdownBlock } from './markdown-lines.js';
import { textItem, textItems, type PaneItem } from './pane-item.js';
import { wrapSegments } from './text-change.js';
import type { StyleName } from '../base/theme.js';

/** How a text is laid out. `style` is for one that is neither Markdown nor code; `raw` takes every text for such a one. */
export type ReadableOptions = Readonly<{ indent: number; style?: StyleName; raw?: boolean | undefined }>;

/** Longer than this nobody reads it for its looks: characters. */
const MOST_STYLED = 200_000;

/**
 * Text of any length and origin as lines of at most `width` cells. Markdown and code are drawn so that they can be read.
 * No character is left out or changed, but for those that could act on a terminal, which are shown as what they are.
 */
export function readableItems(
  key: string,
  text: string,
  width: number,
  options: ReadableOptions,
): readonly PaneItem[] {
  const room = Math.max(8, width - options.indent);
  const lines = options.raw || text.length > MOST_STYLED ? undefined : linesOf(text, room);
  if (!lines) return textItems(key, text, width, options);
  return lines.map((line, i) => textItem(`${key}/${i}`, [segment(' '.repeat(options.indent)), ...line]));
}

/** While a run goes on, the same few texts are laid out again and again. */
const layouts = new LruCache<string, Readonly<{ room: number; lines: readonly Line[] | undefined }>>(16);

/** Undefined for plain text. */
function linesOf(text: string, room: number): readonly Line[] | undefined {
  const known = layouts.get(text);
  if (known?.room === room) return known.lines;
  const lines = blocksOf(text)?.flatMap((block) => blockLines(block, room));
  layouts.set(text, { room, lines });
  return lines;
}

/** Undefined for plain text. */
function blocksOf(text: string): readonly MarkdownBlock[] | undefined {
  const safe = safeText(text, { keepNewlines: true });
  const language = hasFence(safe) ? undefined : guessLanguage(safe);
  if (language) return [{ lead: [], body: codeSegments(safe, language) }];
  return isMarkdown(safe) ? markdownBlocks(safe) : undefined;
}

function blockLines(block: MarkdownBlock, room: number): readonly Line[] {
  const hang = leadWidth(block);
  // So little room would be left beside the mark that the text is better off below it.
  if (hang > room / 2) return wrapSegments([...block.lead, ...block.body], room);
  return wrapSegments(block.body, room - hang).map((line, i) =>
    i === 0 ? [...block.lead, ...line] : [segment(' '.repeat(hang)), ...line],
  );
}
