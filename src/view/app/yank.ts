/** Copies and prints content of the screen. */

import { safeText } from '../../lib/text/safe-text.js';
import { type Captured } from '../../trace/event/captured.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import { readSnapshots } from '../../profile/store/snapshot.js';
import type { RunState } from '../../profile/run/run-state.js';
import { findNodePath } from '../../profile/run/span-tree.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import { formatMissing, measureMissing } from '../../trace/blobs/missing-parts.js';
import { setAll } from '../base/collapse.js';
import { lineText, type Viewport } from '../base/frame.js';
import { findContextSubject } from '../context/context-subject.js';
import { inspectorItems } from '../inspector/inspector.js';
import type { Action } from '../keys/binding.js';
import type { PaneItem } from '../content/pane-item.js';
import type { Row } from '../tree/tree-row.js';
import { panePosition } from '../tree/selection.js';
import { getScreen, withToast, type UiState } from '../state/ui-state.js';

/** Text for the clipboard, for the pager, or to print after the screen closes. */
export type TextEffect = Readonly<{
  type: 'copy' | 'page' | 'print';
  what: string;
  text: string;
  /** What of the value is missing in the text. */
  notice?: string;
}>;

/** The text that an action copies or prints; undefined if it does not apply. */
export function yank(
  ui: UiState,
  action: Action,
  row: Row | undefined,
  run: RunState,
  viewport: Viewport,
): { ui: UiState; effects: readonly TextEffect[] } | undefined {
  if (action !== 'print' && action !== 'open-value' && !(action in nouns)) return undefined;
  const wanted = action === 'open-value' ? 'yank-value' : (action as Yank | 'print');
  const taken = row && textFor(ui, wanted, row, run, viewport);
  if (taken === undefined) return { ui: withToast(ui, 'There is nothing to take here.'), effects: [] };
  if (action === 'print')
    return {
      ui: withToast(ui, 'It is printed when you leave.'),
      effects: [{ type: 'print', what: ui.tab, text: taken.text }],
    };
  if (action === 'open-value') return { ui, effects: [{ type: 'page', what: 'value', ...taken }] };
  return { ui, effects: [{ type: 'copy', what: nouns[action as Yank], ...taken }] };
}

/** Formats a captured value for copying: strings sanitized, anything else as JSON. */
export function copiedText(value: Captured): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  // Pasted text reaches shells and editors, which interpret control characters.
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (each) =>
    '\t\n'.includes(each) ? each : safeText(each),
  );
}

/** Formats a JSON Pointer in template syntax: `read.rows[0].name`. Unusual keys keep the pointer form. */
export function templatePath(pointer: string): string {
  const segments = parsePointer(pointer);
  if (!segments.every((segment) => /^[\w-]+$/.test(segment))) return pointer;
  return segments
    .map((segment, i) => (/^\d+$/.test(segment) ? `[${segment}]` : `${i === 0 ? '' : '.'}${segment}`))
    .join('');
}

type Yank = keyof typeof nouns;
type Taken = Pick<TextEffect, 'text' | 'notice'>;

const nouns = {
  'yank-value': 'value',
  'yank-key': 'key',
  'yank-path': 'path',
  'yank-snapshot': 'snapshot',
} as const;

function textFor(
  ui: UiState,
  what: Yank | 'print',
  row: Row,
  run: RunState,
  viewport: Viewport,
): Taken | undefined {
  if (what === 'yank-snapshot') return snapshotText(ui, row, run);
  const inside = getScreen(ui) === 'inspector';
  if (what === 'print')
    return { text: paneText(inside ? ui : { ...ui, tab: 'Overview' }, row, run, viewport) };
  if (!inside) {
    if (what === 'yank-value') {
      const subject = findContextSubject(run, ui);
      return subject.kind === 'result'
        ? takeValue(subject.result.value, run.values)
        : snapshotText(ui, row, run);
    }
    const path = what === 'yank-key' || !row.span ? '' : findNodePath(run, row.span.id).join('.');
    return { text: path || row.label };
  }
  const items = inspectorItems(run, row, ui, viewport);
  const item = items[panePosition(items, ui, 1).cursor];
  return item && itemText(item, what, run);
}

function itemText(item: PaneItem, what: Yank, { values }: RunState): Taken | undefined {
  if (what === 'yank-value')
    return item.value === undefined ? { text: lineText(item.draw()).trim() } : takeValue(item.value, values);
  const text =
    what === 'yank-key'
      ? item.pointer === undefined
        ? item.label
        : parsePointer(item.pointer).at(-1)
      : item.pointer && templatePath(item.pointer);
  return text === undefined ? undefined : { text };
}

/** A value with every full value that was kept, and a notice of what was not. */
function takeValue(value: Captured, values: RunState['values']): Taken {
  const notice = formatMissing(measureMissing(value, values));
  return { text: copiedText(fullValueDeep(value, values)), ...(notice === undefined ? {} : { notice }) };
}

/** The complete store around a span: before it ran if that tab is open, else after. */
function snapshotText(ui: UiState, { span }: Row, run: RunState): Taken | undefined {
  const snapshots = span && readSnapshots(run, span.id);
  if (!snapshots) return undefined;
  const isBefore = getScreen(ui) === 'inspector' && ui.tab === 'Before';
  return takeValue(isBefore ? snapshots.before : snapshots.after, run.values);
}

/** All lines of the open tab, expanded. */
function paneText(ui: UiState, row: Row, run: RunState, viewport: Viewport): string {
  const open = { ...ui, pane: { ...ui.pane, folds: setAll('open') } };
  const lines = inspectorItems(run, row, open, viewport).map((item) => lineText(item.draw()).trimEnd());
  return [`${row.label}, ${ui.tab}`, ...lines, ''].map((line) => safeText(line)).join('\n');
}
