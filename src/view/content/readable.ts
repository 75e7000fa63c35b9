/** Lays out text for reading: Markdown, code or plain. */

import { LruCache } from '../../lib/data/lru-cache.js';
import { safeText } from '../../lib/text/safe-text.js';
import { codeSegments, guessLanguage } from './highlight-code.js';
import { indentJson } from './indent-json.js';
import { segment, type Line } from '../base/frame.js';
import { hasFence, isMarkdown, leadWidth, markdownBlocks, type MarkdownBlock } from './markdown-lines.js';
import { textItem, textItems, type PaneItem } from './pane-item.js';
import { wrapSegments } from './text-change.js';
import type { StyleName } from '../base/theme.js';

/** Layout options. `style` applies to plain text; `raw` treats every text as plain. */
export type ReadableOptions = Readonly<{ indent: number; style?: StyleName; raw?: boolean | undefined }>;

/** Texts longer than this many characters are not formatted. */
const MOST_STYLED = 200_000;

/**
 * Lays out untrusted text in lines of at most `width` cells, with Markdown and code formatted. Every character is kept;
 * control characters are shown as visible pictures.
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

/** A running screen lays out the same few texts repeatedly, so results are cached. */
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
  const json = indentJson(safe);
  if (json !== undefined) return [{ lead: [], body: codeSegments(json, 'json') }];
  const language = hasFence(safe) ? undefined : guessLanguage(safe);
  if (language) return [{ lead: [], body: codeSegments(safe, language) }];
  return isMarkdown(safe) ? markdownBlocks(safe) : undefined;
}

function blockLines(block: MarkdownBlock, room: number): readonly Line[] {
  const hang = leadWidth(block);
  // With so little room next to the marker, the text moves below it.
  if (hang > room / 2) return wrapSegments([...block.lead, ...block.body], room);
  return wrapSegments(block.body, room - hang).map((line, i) =>
    i === 0 ? [...block.lead, ...line] : [segment(' '.repeat(hang)), ...line],
  );
}
