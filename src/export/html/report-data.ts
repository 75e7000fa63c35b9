/** The data of a run's HTML report: what its script shows as rows, frames, calls and details. */
import { formatCallCost, formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { CriticalPath } from '../../profile/analysis/critical-path.js';
import { formatLabelWithCount } from '../../profile/layout/span-outline.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration, findNodePath, listSpans } from '../../profile/run/span-tree.js';
import { readStoreAt } from '../../profile/store/snapshot.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import type { Captured } from '../../trace/event/captured.js';
import { formatValue } from '../value-text.js';

/** A span as one row, in the order of the tree. */
export type ReportRow = Readonly<{
  id: number;
  depth: number;
  kind: string;
  label: string;
  status: string;
  /** ms since the run started; `to` is the end of the run for a span that did not finish. */
  from: number;
  to: number;
  /** Formatted; empty if not applicable. */
  time: string;
  tokens: string;
  cost: string;
  /** USD of the span and its descendants, for the widths of the flame view. */
  usd: number;
  critical: boolean;
}>;

/** A call in the table of calls. */
export type ReportCall = Readonly<{
  id: number;
  node: string;
  model: string;
  status: string;
  time: string;
  firstToken: string;
  input: string;
  output: string;
  cost: string;
}>;

/** A named text in the details of a span; `before` for a value that was replaced. */
export type ReportText = Readonly<{ name: string; text: string; before?: string }>;

/** The details of a span, by section: parameters, prompt, response, changes of the store, logs, error. */
export type ReportDetails = Readonly<Record<string, readonly ReportText[]>>;

export type ReportData = Readonly<{
  /** ms from the start of the run to its last event. */
  duration: number;
  rows: readonly ReportRow[];
  calls: readonly ReportCall[];
  details: Readonly<Record<number, ReportDetails>>;
}>;

/** The characters of one text, and of all texts, that a report contains. */
const MAX_TEXT = 20_000;
const MAX_TEXTS = 20_000_000;

/** The parts of values that are expanded, over the whole report: values of a few lines may refer to each other without end. */
const MAX_NODES = 500_000;

/** The data of a finished or unfinished run. Texts are sanitized; long ones state how much is missing. */
export function collectReportData(state: RunState): ReportData {
  const critical = new CriticalPath(state);
  const spans = listSpans(state).filter(({ kind }) => kind !== 'phase');
  const texts = new TextBudget(state);
  return {
    duration: state.lastAt,
    rows: spans.map((span) => toRow(state, span, critical)),
    calls: spans.flatMap((span) =>
      span.call && span.call.sameAs === undefined ? [toCall(state, span)] : [],
    ),
    details: Object.fromEntries(
      spans.flatMap((span) => {
        const details = toDetails(state, span, texts);
        return Object.keys(details).length > 0 ? [[span.id, details]] : [];
      }),
    ),
  };
}

function toRow(state: RunState, span: Span, critical: CriticalPath): ReportRow {
  return {
    id: span.id,
    depth: span.depth,
    kind: safeText(span.kind),
    label: safeText(formatLabelWithCount(state, span)),
    status: span.status,
    from: span.startedAt,
    to: span.finishedAt ?? state.lastAt,
    time: formatDuration(computeDuration(span, state.lastAt)),
    tokens: formatTokens(span.totals),
    cost: formatCost(span.totals),
    usd: span.totals.usd,
    critical: critical.includes(span.id),
  };
}

function toCall(state: RunState, span: Span): ReportCall {
  const { provider, model, requestedModel, usage, cost, firstTokenMs } = span.call!;
  return {
    id: span.id,
    node: safeText(findNodePath(state, span.id).join('/')),
    model: safeText(`${provider}/${model ?? requestedModel}`),
    status: span.status,
    time: formatDuration(computeDuration(span, state.lastAt)),
    firstToken: firstTokenMs === undefined ? '' : formatDuration(firstTokenMs),
    input: usage?.input === undefined ? '' : String(usage.input),
    output: usage?.output === undefined ? '' : String(usage.output),
    cost: formatCallCost(cost, ''),
  };
}

function toDetails(state: RunState, span: Span, texts: TextBudget): ReportDetails {
  const { call, error, logs, resolved } = span;
  const { request, response } = call ?? {};
  const sections: Record<string, ReportText[]> = {
    Error: error ? [texts.plain(error.code ?? error.name, [error.message, error.hint, error.stack])] : [],
    Parameters: Object.entries(resolved?.params ?? {}).map(([name, { value }]) =>
      texts.captured(name, value),
    ),
    Request: [
      ...(request?.system === undefined ? [] : [texts.captured('system', request.system)]),
      ...(request?.prompt === undefined ? [] : [texts.captured('prompt', request.prompt)]),
      ...Object.entries(request?.settings ?? {}).map(([name, value]) => texts.captured(name, value)),
    ],
    Response: [
      ...(response?.reasoning === undefined ? [] : [texts.captured('reasoning', response.reasoning)]),
      ...(response?.text === undefined ? [] : [texts.captured('text', response.text)]),
      ...(response?.object === undefined ? [] : [texts.captured('object', response.object)]),
      ...(response?.toolCalls ?? []).map((tool) => texts.captured(tool.name, tool.arguments)),
    ],
    Log:
      logs.length > 0
        ? [
            texts.plain(
              '',
              logs.map(({ text }) => text),
            ),
          ]
        : [],
    Store: span.kind === 'node' || span.kind === 'item' ? texts.changes(span) : [],
  };
  return Object.fromEntries(Object.entries(sections).filter(([, parts]) => parts.length > 0));
}

/** Formats captured values within the limits of a report. */
class TextBudget {
  readonly #state: RunState;
  readonly #changes = new Map<number, RunState['changes'][number][]>();
  readonly #nodes = { nodes: MAX_NODES };
  #left = MAX_TEXTS;

  constructor(state: RunState) {
    this.#state = state;
    for (const change of state.changes) {
      const known = this.#changes.get(change.span);
      if (known) known.push(change);
      else this.#changes.set(change.span, [change]);
    }
  }

  captured(name: string, value: Captured): ReportText {
    const full = fullValueDeep(value, this.#state.values, this.#nodes);
    return { name: safeText(name), text: this.#limit(formatValue(full)) };
  }

  plain(name: string, parts: readonly (string | undefined)[]): ReportText {
    return { name: safeText(name), text: this.#limit(parts.filter(Boolean).join('\n')) };
  }

  /** What a span changed in its store, with the values from before. */
  changes(span: Span): ReportText[] {
    return (this.#changes.get(span.id) ?? []).flatMap(({ set, deleted = [], seq, store }) => {
      const before = readStoreAt(this.#state, { seq: seq - 1, store });
      const earlier = (pointer: string) => {
        const key = pointer.slice(1).split('/')[0]!;
        return pointer.indexOf('/', 1) < 0 && Object.hasOwn(before, key)
          ? { before: this.captured('', before[key]!).text }
          : {};
      };
      return [
        ...deleted.map((pointer) => ({ name: safeText(pointer), text: '(deleted)', ...earlier(pointer) })),
        ...Object.entries(set).map(([pointer, value]) => ({
          ...this.captured(pointer, value),
          ...earlier(pointer),
        })),
      ];
    });
  }

  #limit(text: string): string {
    const kept = Math.min(MAX_TEXT, Math.max(0, this.#left));
    this.#left -= Math.min(text.length, kept);
    const shown = safeText(text.slice(0, kept), { keepNewlines: true });
    return text.length > kept ? `${shown}\n… ${text.length - kept} more characters` : shown;
  }
}
