/** The inspector: tabs and the lines of the open pane. */

import { safeText } from '../../lib/text/safe-text.js';
import { type Snapshot } from '../../profile/store/folder-history.js';
import type { RunResult } from '../../profile/store/run-result.js';
import { readSnapshots } from '../../profile/store/snapshot.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { findBlobStore } from '../../profile/store/full-values.js';
import { laneText } from '../spans/batch-stats.js';
import { promptItems, responseItems, valueItems, type CallPane } from './llm-panes.js';
import { requestDiffItems } from './request-diff.js';
import { costItems } from './cost-pane.js';
import { diffItems } from './diff-pane.js';
import type { CollapseState } from '../base/collapse.js';
import { segment, segmentAt, type Line, type Viewport } from '../base/frame.js';
import { errorItems } from './error-pane.js';
import { glyphsOf } from '../base/glyphs.js';
import { fieldsItems, jsonItems } from '../content/json-tree.js';
import { memoizeLast } from '../base/memo.js';
import { logItems } from './log-pane.js';
import { overviewItems } from './overview.js';
import { withSingleOpen } from '../content/single-value.js';
import { headingItems, textItem, type PaneItem } from '../content/pane-item.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import type { Row } from '../tree/tree-row.js';
import { tabs, type Tab, type UiState } from '../state/ui-state.js';
import { findWriterNode } from './find-writer.js';
import { collectCalls } from '../spans/llm-calls.js';

/** The lines of the open tab for a row, without collapsed parts. */
export function inspectorItems(
  run: RunState,
  row: Row,
  ui: UiState,
  viewport: Pick<Viewport, 'now' | 'columns' | 'succeeded'>,
): readonly PaneItem[] {
  if (row.lane) {
    const text = laneText(run, row.lane, glyphsOf(ui.look.glyphs).separator);
    return [textItem('lane', [segment(` ${text}. Open one of them.`, 'dim')])];
  }
  if (row.result)
    return resultItems(run, row.result, ui.pane.folds, ui.look.glyphs, viewport.columns, ui.raw);
  if (!row.span)
    return [textItem('waiting', [segment(` ${safeText(row.planned?.purpose ?? '')} Not started.`, 'dim')])];
  // The panes of a finished span do not change, so they are cached instead of rebuilt ten times a second.
  const now = row.span.finishedAt === undefined || row.span.parent === undefined ? viewport.now : 0;
  return itemsFor(
    run,
    run.events,
    row.span,
    ui.tab,
    ui.pane.folds,
    ui.look.glyphs,
    viewport.columns,
    now,
    ui.sideBySide,
    ui.raw,
    viewport.succeeded,
  );
}

/** The result of a finished run does not change. */
const resultItems = memoizeLast(
  (
    run: RunState,
    { value }: RunResult,
    folds: CollapseState,
    set: UiState['look']['glyphs'],
    width: number,
    raw: boolean,
  ) => {
    const pane = { width, glyphs: glyphsOf(set), raw, values: findBlobStore(run) };
    return withSingleOpen(folds, (opened) => valueItems('result', value, { ...pane, folds: opened }));
  },
);

/**
 * Renders the tabs with their number keys, the empty ones dimmed. On a narrow screen labels are abbreviated; on a very narrow one
 * only the open tab has a label.
 */
export function tabsLine(tab: Tab, columns: number, empty: ReadonlySet<Tab>): Line {
  return tabs.map((each, i) => {
    const name =
      columns >= 96
        ? `${each} `
        : columns >= 76
          ? (shortNames[each] ?? each)
          : each === tab
            ? `${each} `
            : '';
    const style = each === tab ? 'tab-active' : empty.has(each) ? 'tab-empty' : 'tab';
    return segment(` ${(i + 1) % 10} ${name}`, style);
  });
}

/** The tab at a cell of the tab line. */
export function tabAt(x: number, open: Tab, columns: number): Tab | undefined {
  return tabs[segmentAt(tabsLine(open, columns, new Set()), x)];
}

const shortNames: Partial<Record<Tab, string>> = { Overview: 'Over', Response: 'Resp', Error: 'Err' };

const itemsFor = memoizeLast(
  (
    run: RunState,
    _version: number,
    span: Span,
    tab: Tab,
    folds: CollapseState,
    set: UiState['look']['glyphs'],
    width: number,
    now: number,
    sideBySide: boolean,
    raw: boolean,
    earlier: RunState | undefined,
  ): readonly PaneItem[] => {
    const glyphs = glyphsOf(set);
    const values = findBlobStore(run);
    const pane = { width, folds, glyphs, raw, values };
    const single = (render: (tree: Tree) => readonly PaneItem[]) =>
      withSingleOpen(folds, (opened) => render({ ...pane, folds: opened }));
    const snapshots = () => readSnapshots(run, span.id) ?? { before: {}, after: {} };
    switch (tab) {
      case 'Overview':
        return overviewItems(run, span, { width, now, glyphs, values });
      case 'Before':
        return single((tree) => storeItems(snapshots().before, ' The store was empty.', tree));
      case 'After':
        return single((tree) => storeItems(snapshots().after, ' The store is empty.', tree));
      case 'Diff': {
        const { before, after } = snapshots();
        return diffItems(before, after, { ...pane, key: 'diff', openDepth: 1, sideBySide });
      }
      case 'Prompt':
        return single((tree) =>
          promptItems(collectCalls(run, span), tree, (call, key) => requestDiffItems(run, call, key, tree)),
        );
      case 'Response':
        return single((tree) => responseItems(collectCalls(run, span), tree));
      case 'Params':
        return single((tree) => paramItems(run, span, tree));
      case 'Cost':
        return costItems(run, collectCalls(run, span), pane);
      case 'Log':
        return logItems(run, span, width);
      case 'Error':
        return errorItems(run, span, { ...pane, earlier });
      default:
        return tab satisfies never;
    }
  },
);

type Tree = CallPane;

function storeItems(state: Snapshot, empty: string, tree: Tree): readonly PaneItem[] {
  const items = fieldsItems(state, { ...tree, key: 'store', pointer: '' });
  return items.length > 0 ? items : [textItem('empty', [segment(empty, 'dim')])];
}

/** Each parameter: its template, resolved value and the store keys it was read from. */
function paramItems(run: RunState, span: Span, tree: Tree): readonly PaneItem[] {
  const settings = Object.entries(span.call?.request?.settings ?? {});
  if (settings.length > 0)
    return settings.flatMap(([name, value]) =>
      jsonItems(name, value, { ...tree, key: `settings/${name}`, openDepth: 2 }),
    );
  const params = Object.entries(span.resolved?.params ?? {});
  if (params.length === 0) return [textItem('none', [segment(' No parameters.', 'dim')])];
  return params.flatMap(([name, { template, value, from }], i) => [
    ...headingItems(`param/${name}`, name, i === 0),
    ...(template === undefined
      ? []
      : jsonItems('template', template, { ...tree, key: `template/${name}`, openDepth: 1 })),
    ...jsonItems('value', value, { ...tree, key: `value/${name}`, openDepth: 1 }),
    ...(from ?? []).map((pointer, j) =>
      sourceItem(`from/${name}/${j}`, pointer, findWriterNode(run, span, pointer, 'before')),
    ),
  ]);
}

/** A store key that a parameter was read from, with its writer. */
function sourceItem(key: string, pointer: string, writer: Span | undefined): PaneItem {
  const written: Line = writer
    ? [segment(', written by ', 'dim'), segment(safeText(formatSpanLabel(writer)))]
    : [];
  return {
    ...textItem(key, [segment('   from ', 'dim'), segment(safeText(pointer), 'json-key'), ...written]),
    pointer,
  };
}
