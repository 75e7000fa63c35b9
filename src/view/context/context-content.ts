/** Renders the content of the context pane for its subject. */

import { formatCount, plural } from '../../lib/text/format.js';
import type { EarlierRuns } from '../../insights/history/earlier-runs.js';
import { safeText } from '../../lib/text/safe-text.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { findBlobStore, fullValueIfShort } from '../../profile/store/full-values.js';
import { readSnapshots } from '../../profile/store/snapshot.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import type { Captured } from '../../trace/event/captured.js';
import { DEFAULT_COLLAPSE } from '../base/collapse.js';
import { segment, type Line, type LiveTexts } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import { textItem, textItems, type PaneItem } from '../content/pane-item.js';
import { formatValueSize } from '../content/value-preview.js';
import { diffItems } from '../inspector/diff-pane.js';
import { errorItems } from '../inspector/error-pane.js';
import { valueItems, type CallPane } from '../inspector/llm-panes.js';
import { logItems } from '../inspector/log-pane.js';
import { computeItemProgress } from '../../profile/analysis/item-progress.js';
import { progressParts } from '../spans/item-words.js';
import { itemGrid } from './item-grid.js';
import { formatNodeEta } from '../spans/run-estimate.js';
import { findPurpose } from '../spans/span-facts.js';
import { collectCalls, modelName, speedText, type CallSpan } from '../spans/llm-calls.js';
import type { ContextSubject } from './context-subject.js';

/** The content of the pane: a title, and lines of which the first or, for growing text, the last ones are visible. */
export type ContextContent = Readonly<{ title: string; items: readonly PaneItem[]; keep: 'start' | 'end' }>;

/** Sizes and options of the content. */
export type ContextPane = Readonly<{
  columns: number;
  rows: number;
  now: number;
  glyphs: Glyphs;
  raw: boolean;
  texts: LiveTexts | undefined;
  earlier: EarlierRuns | undefined;
}>;

/** The content for a subject. A pure function, so that a replay shows the same unless text is in progress. */
export function renderContext(run: RunState, subject: ContextSubject, pane: ContextPane): ContextContent {
  switch (subject.kind) {
    case 'result': {
      const { value, output } = subject.result;
      const name = output === undefined ? '' : ` ${safeText(output)}`;
      const title = `result${name} ${pane.glyphs.separator} ${formatValueSize(value)}`;
      return {
        title,
        items: resultItems(run, run.finished, value, pane.columns, pane.rows, pane.raw, pane.glyphs),
        keep: 'start',
      };
    }
    case 'planned': {
      const { id, type, purpose } = subject.node;
      const text = purpose ?? 'Not started.';
      return {
        title: `${safeText(id)} ${pane.glyphs.separator} ${safeText(type)}`,
        items: dimItems(text, pane),
        keep: 'start',
      };
    }
    case 'span':
      return subject.span.status === 'running'
        ? renderRunning(run, subject.span, pane)
        : renderFinished(run, subject.span, pane);
    case 'none':
      return { title: 'context', items: dimItems('Nothing has started yet.', pane), keep: 'start' };
    default:
      return subject satisfies never;
  }
}

/** The streaming text: that of the newest call with any, else the log so far, else the prompt of the pending call. */
function renderRunning(run: RunState, span: Span, pane: ContextPane): ContextContent {
  const name = safeText(formatSpanLabel(span));
  const dot = ` ${pane.glyphs.separator} `;
  const eta = [formatNodeEta(run, span, pane.earlier, pane.now)].flatMap((text) => text ?? []);
  const all = collectCalls(run, span);
  // Once the response event has arrived, it is shown instead.
  const calls = all.filter(({ status, call }) => status === 'running' && call.response === undefined);
  const answering = calls.findLast(({ id }) => pane.texts?.textOf(id) !== undefined);
  const progress = span.kind === 'node' ? computeItemProgress(run, span, pane.now) : undefined;
  const grid = itemGrid(run, span, { ...pane, rows: answering ? pane.rows >> 1 : pane.rows - 1 });
  if (progress && grid.length > 0) {
    const text = answering && pane.texts!.textOf(answering.id)!;
    const lines = text === undefined ? [] : textItems('live', lastPart(text, pane), pane.columns - 1);
    const room = Math.max(0, pane.rows - grid.length - 1);
    return {
      title: [name, ...progressParts(run, span, progress, pane.glyphs)].join(dot),
      items: [
        ...grid,
        ...(lines.length > 0 && room > 0 ? [...headed('answering'), ...lines.slice(-room)] : []),
      ],
      keep: 'start',
    };
  }
  if (answering) {
    const text = pane.texts!.textOf(answering.id)!;
    const items = textItems('live', lastPart(text, pane), pane.columns - 1);
    const facts = [...callFacts(answering, pane), ...eta];
    return { title: ['answering', name, ...facts].join(dot), items, keep: 'end' };
  }
  const printed = pane.texts && findPrinted(run, span, pane.texts);
  if (printed !== undefined)
    return {
      title: ['log', name, ...eta].join(dot),
      items: textItems('live', lastPart(printed, pane), pane.columns - 1),
      keep: 'end',
    };
  const call = calls.at(-1);
  if (call) {
    const waiting = call.call.progressTokens === undefined ? 'waiting for the answer' : 'answering';
    const title = [waiting, name, ...callFacts(call, pane), ...eta].join(dot);
    const prompt = call.call.request?.prompt;
    const items =
      prompt === undefined
        ? []
        : promptItemsOf(call.call.request!, prompt, pane.columns, pane.rows, pane.raw, run, pane.glyphs);
    return { title, items, keep: 'start' };
  }
  if (all.length > 0 && span.parent !== undefined) return renderFinished(run, span, pane);
  if (hasLog(run, span))
    return { title: `log${dot}${name}`, items: logItems(run, span, pane.columns), keep: 'end' };
  const purpose = findPurpose(run, span);
  return { title: [name, ...eta].join(dot), items: dimItems(purpose ?? 'Running.', pane), keep: 'start' };
}

/** The live text of a span or of the newest running one inside it: a command runs in a phase of its node. */
function findPrinted(run: RunState, span: Span, texts: LiveTexts): string | undefined {
  const own = texts.textOf(span.id);
  if (own !== undefined) return own;
  const running = span.children.findLast((id) => run.spans.get(id)?.status === 'running');
  return running === undefined ? undefined : findPrinted(run, run.spans.get(running)!, texts);
}

function callFacts(span: CallSpan, { now }: ContextPane): string[] {
  const { progressTokens } = span.call;
  const facts = [
    safeText(modelName(span.call)),
    progressTokens === undefined ? undefined : `~${formatCount(progressTokens)} tok`,
    progressTokens === undefined ? undefined : speedText(span, now),
  ];
  return facts.flatMap((fact) => fact ?? []);
}

function renderFinished(run: RunState, span: Span, pane: ContextPane): ContextContent {
  return finishedContent(run, span, pane.columns, pane.rows, pane.raw, pane.glyphs);
}

/** A finished span does not change, so its content is memoized: a frame every tenth of a second costs nothing. */
const finishedContent = memoizeLast(
  (
    run: RunState,
    span: Span,
    columns: number,
    rows: number,
    raw: boolean,
    glyphs: Glyphs,
  ): ContextContent => {
    const name = safeText(formatSpanLabel(span));
    const dot = ` ${glyphs.separator} `;
    const pane: CallPane = {
      width: columns,
      folds: DEFAULT_COLLAPSE,
      glyphs,
      raw,
      values: findBlobStore(run),
    };
    const log = () =>
      hasLog(run, span)
        ? [...headed('log'), ...logItems(run, span, columns).slice(-Math.max(2, rows >> 1))]
        : [];
    if (span.error)
      return {
        title: `error${dot}${name}`,
        items: [...errorItems(run, span, { ...pane, hasLog: true }), ...log()],
        keep: 'start',
      };
    const call = span.parent === undefined ? undefined : collectCalls(run, span).at(-1);
    const answer = call && (call.call.response?.object ?? call.call.response?.text);
    if (call && answer !== undefined) {
      const prompt = call.call.request?.prompt;
      const asked =
        prompt === undefined
          ? []
          : headItems(
              [...headed('prompt'), ...valueItems('prompt', firstPart(prompt, columns, rows, pane), pane)],
              Math.max(3, Math.ceil(rows / 3)),
            );
      const items = [
        ...asked,
        ...(asked.length > 0 ? headed('answer') : []),
        ...valueItems('answer', firstPart(answer, columns, rows, pane), pane),
      ];
      return { title: `answer${dot}${name}${dot}${formatValueSize(answer)}`, items, keep: 'start' };
    }
    const plan = span.kind === 'stage' ? run.plans.findLast((each) => isPlanOf(each, span)) : undefined;
    if (plan) {
      const items = plan.nodes.flatMap(({ id, type, purpose }, i) =>
        textItems(`plan/${i}`, `${id}  ${type}${purpose === undefined ? '' : `  ${purpose}`}`, columns),
      );
      return { title: `plan${dot}${plural(plan.nodes.length, 'node')}`, items, keep: 'start' };
    }
    const { before = {}, after = {} } = readSnapshots(run, span.id) ?? {};
    const changes = diffItems(before, after, { ...pane, key: 'diff', openDepth: 1 });
    const grid = itemGrid(run, span, { columns, rows: rows >> 1, now: run.lastAt, glyphs });
    return {
      title: `changes${dot}${name}`,
      items: [...grid, ...(grid.length > 0 ? headed('changes') : []), ...changes, ...log()],
      keep: 'start',
    };
  },
);

const resultItems = memoizeLast(
  (
    run: RunState,
    _finished: unknown,
    value: Captured,
    columns: number,
    rows: number,
    raw: boolean,
    glyphs: Glyphs,
  ) => {
    const pane: CallPane = {
      width: columns,
      folds: DEFAULT_COLLAPSE,
      glyphs,
      raw,
      values: findBlobStore(run),
    };
    return valueItems('result', firstPart(value, columns, rows, pane), pane);
  },
);

/** Memoized by request: prompts are long, and a call is pending for many frames. */
const promptItemsOf = memoizeLast(
  (
    _request: object,
    prompt: Captured,
    columns: number,
    rows: number,
    raw: boolean,
    run: RunState,
    glyphs: Glyphs,
  ) => {
    const pane: CallPane = {
      width: columns,
      folds: DEFAULT_COLLAPSE,
      glyphs,
      raw,
      values: findBlobStore(run),
    };
    return [...headed('prompt'), ...valueItems('prompt', firstPart(prompt, columns, rows, pane), pane)];
  },
);

/** Whether the stage produced the plan: the plan of a run names no span. */
function isPlanOf(plan: RunState['plans'][number], { id, name }: Span): boolean {
  return plan.span === id || (plan.span === undefined && name === 'planner');
}

function hasLog(run: RunState, span: Span): boolean {
  return span.logs.length > 0 || span.children.some((id) => (run.spans.get(id)?.logs.length ?? 0) > 0);
}

function headed(text: string): readonly PaneItem[] {
  return [textItem(`heading/${text}`, [segment(` ${text}`, 'dim')])];
}

function dimItems(text: string, { columns }: Pick<ContextPane, 'columns'>): readonly PaneItem[] {
  return textItems('text', text, columns, { style: 'dim' });
}

/** The first items, the last of which counts the others. */
function headItems(items: readonly PaneItem[], count: number): readonly PaneItem[] {
  if (items.length <= count) return items;
  const more = `   … ${plural(items.length - count + 1, 'more line')}`;
  return [...items.slice(0, count - 1), textItem('more', [segment(more, 'dim')] satisfies Line)];
}

/** Truncates a text to what may fit: a cell contains at most a few UTF-16 units, and the layout of a long text takes time. */
function firstPart(value: Captured, columns: number, rows: number, { values }: CallPane): Captured {
  const full = fullValueIfShort(value, values);
  return typeof full === 'string' ? full.slice(0, columns * rows * 2) : full;
}

function lastPart(text: string, { columns, rows }: ContextPane): string {
  return text.slice(-columns * rows * 2);
}
