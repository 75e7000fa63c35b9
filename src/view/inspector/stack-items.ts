/** Renders a stack trace with the frames of pflow and Node.js collapsed. */

import { plural } from '../../lib/text/format.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { textItems, type PaneItem } from '../content/pane-item.js';

/** Layout of a stack trace. */
export type StackPane = Readonly<{
  width: number;
  glyphs: Pick<Glyphs, 'open' | 'folded'>;
  folds: CollapseState;
}>;

/** The lines of a stack trace without its first lines, which repeat `message`. */
export function stackItems(stack: string, message: string, pane: StackPane): readonly PaneItem[] {
  const text = stack.startsWith(message) ? stack.slice(message.length).replace(/^\n/, '') : stack;
  const own = findOwnFolders(text);
  const items: PaneItem[] = [];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (let from = 0; from < lines.length;) {
    const isOwn = isForeign(lines[from]!, own);
    let to = from + 1;
    while (to < lines.length && isForeign(lines[to]!, own) === isOwn) to++;
    const part = lines.slice(from, to);
    items.push(
      ...(isOwn ? foldedItems(part, `stack/${from}`, pane) : frameItems(part, `stack/${from}`, pane, 0)),
    );
    from = to;
  }
  return items;
}

/** A chunk of the built package. Its folder is what tells other files of the package from those of the user. */
const CHUNK = /(\S*[/\\]dist[/\\])chunks[/\\]chunk-[A-Z0-9]{8}\.js:\d/;

function findOwnFolders(stack: string): ReadonlySet<string> {
  const folders = stack.split('\n').flatMap((line) => CHUNK.exec(line)?.[1]?.replace(/^\(/, '') ?? []);
  return new Set(folders);
}

/** Whether a frame is in the package or inside Node.js, where the user has nothing to change. */
function isForeign(line: string, own: ReadonlySet<string>): boolean {
  if (!/^\s*at /.test(line)) return false;
  return /[( ]node:/.test(line) || [...own].some((folder) => line.includes(folder));
}

function foldedItems(lines: readonly string[], key: string, pane: StackPane): readonly PaneItem[] {
  const isOpen = isExpanded(pane.folds, key, false, 0);
  const head: PaneItem = {
    key,
    depth: 0,
    fold: isOpen ? 'open' : 'folded',
    value: lines.join('\n'),
    draw: () => [
      segment(` ${pane.glyphs[isOpen ? 'open' : 'folded']} `, 'dim'),
      segment(`${plural(lines.length, 'frame')} of pflow and Node.js`, 'dim'),
    ],
  };
  return isOpen ? [head, ...frameItems(lines, key, pane, 1)] : [head];
}

function frameItems(
  lines: readonly string[],
  key: string,
  { width }: StackPane,
  depth: number,
): readonly PaneItem[] {
  const style = depth === 0 ? {} : { style: 'dim' as const };
  return lines
    .flatMap((line, i) =>
      textItems(`${key}/${i}`, line.trimStart(), width, { indent: 3 + 2 * depth, ...style }),
    )
    .map((item) => ({ ...item, depth }));
}
