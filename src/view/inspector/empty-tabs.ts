/** Decides which tabs of the inspector have nothing to show for a row. */

import { explainFailure } from '../../profile/analysis/explain-failure.js';
import { isSameValue, readSnapshots } from '../../profile/store/snapshot.js';
import type { Snapshot } from '../../profile/store/folder-history.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { memoizeLast } from '../base/memo.js';
import { collectCalls } from '../spans/llm-calls.js';
import { tabs, type Tab } from '../state/ui-state.js';
import type { Row } from '../tree/tree-row.js';

/** The tabs without content: dimmed, and skipped when moving from tab to tab. Their number keys still open them. */
export function findEmptyTabs(run: RunState, row: Row | undefined): ReadonlySet<Tab> {
  if (!row?.span) return everyTab;
  return emptyTabsOf(run, run.events, row.span);
}

/** The next tab with content in a direction; the same one if no other has any. */
export function stepTab(tab: Tab, step: 1 | -1, empty: ReadonlySet<Tab>): Tab {
  const at = tabs.indexOf(tab);
  const order = tabs.map((_, i) => tabs[(at + step * (i + 1) + tabs.length) % tabs.length]!);
  return order.find((each) => !empty.has(each)) ?? tab;
}

const everyTab: ReadonlySet<Tab> = new Set(tabs);

const emptyTabsOf = memoizeLast((run: RunState, _version: number, span: Span): ReadonlySet<Tab> => {
  const { before = {}, after = {} } = readSnapshots(run, span.id) ?? {};
  const calls = collectCalls(run, span);
  const isEmpty: Readonly<Record<Tab, boolean>> = {
    Overview: false,
    Before: Object.keys(before).length === 0,
    After: Object.keys(after).length === 0,
    Diff: isUnchanged(before, after),
    Prompt: calls.length === 0,
    Response: calls.length === 0,
    Params: !hasFields(span.resolved?.params) && !hasFields(span.call?.request?.settings),
    Cost: calls.length === 0,
    Log: !hasLog(run, span),
    Error: span.error === undefined && explainFailure(run, span) === undefined,
  };
  return new Set(tabs.filter((tab) => isEmpty[tab]));
});

/** Compares the values by identity, which does not read them from the trace file. */
function isUnchanged(before: Snapshot, after: Snapshot): boolean {
  const keys = Object.keys(after);
  return keys.length === Object.keys(before).length && keys.every((key) => isSameValue(before, after, key));
}

function hasFields(record: object | undefined): boolean {
  return record !== undefined && Object.keys(record).length > 0;
}

/** Whether a span or any span inside it printed something. */
function hasLog(run: RunState, { logs, children }: Span): boolean {
  return (
    logs.length > 0 ||
    children.some((id) => {
      const child = run.spans.get(id);
      return child !== undefined && hasLog(run, child);
    })
  );
}
