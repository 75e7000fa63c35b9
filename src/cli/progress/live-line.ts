/** Formats the line that shows on a terminal what a run is doing: node, items done, tokens, cost, time left. */
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate } from '../../lib/text/text-width.js';
import { computeItemProgress, type ItemProgress } from '../../profile/analysis/item-progress.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';

const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];

/** The name of what runs keeps at least this width. */
const NARROWEST_NAME = 8;

/**
 * `⠋ critique 12/20 · 4 running · 3.1s · 1,204 tok · $0.0031 · ETA 2s`, in at most `columns` cells; empty while nothing
 * runs or the run waits for its user. `frame` selects the image of the spinner.
 */
export function formatLiveLine(
  state: RunState,
  now: number,
  { columns, frame }: Readonly<{ columns: number; frame: number }>,
): string {
  const stage = runningChild(state, state.roots);
  if (!stage || state.asking || state.waitingSince !== undefined) return '';
  const { path, progress } = findActivity(state, stage, now);
  const spinner = `${SPINNER[frame % SPINNER.length]} `;
  const facts = [...progressParts(progress), ...spentParts(state, now), ...timeLeft(progress)];
  const rest = facts.join(' · ');
  const room = Math.max(NARROWEST_NAME, columns - textWidth(spinner) - textWidth(rest) - 1);
  return truncate(`${spinner}${truncate(path.join(' › '), room)} ${rest}`, columns);
}

type Activity = Readonly<{ path: readonly string[]; progress: ItemProgress | undefined }>;

/** The path of nodes that run, down to a batch with several items in progress, and the progress of the outermost batch. */
function findActivity(state: RunState, stage: Span, now: number): Activity {
  const path = stage.name === 'planner' ? ['planning'] : [];
  let progress: ItemProgress | undefined;
  for (let at: Span | undefined = stage; at; at = runningChild(state, at.children)) {
    if (at.kind === 'item') path.push(nameItem(at));
    if (at.kind !== 'node') continue;
    path.push(safeText(at.name));
    const own = computeItemProgress(state, at, now);
    progress ??= own;
    if (own && own.running > 1) break;
  }
  return { path, progress };
}

/** An item by its value, or by its number. */
export function nameItem({ label, index = 0 }: Span): string {
  return safeText(label ?? `item ${index + 1}`);
}

function runningChild(state: RunState, ids: readonly number[]): Span | undefined {
  const id = ids.findLast((each) => state.spans.get(each)?.status === 'running');
  return id === undefined ? undefined : state.spans.get(id);
}

function progressParts(progress: ItemProgress | undefined): string[] {
  if (!progress) return [''];
  const { doneItems, of, running, failed } = progress;
  return [
    of === undefined ? `round ${doneItems + 1}` : `${doneItems}/${of}`,
    ...(running > 1 ? [`${running} running`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
}

/** Time, tokens and cost so far; tokens of answers in progress are estimates. */
function spentParts(state: RunState, now: number): string[] {
  const { totals } = state;
  const streaming = countStreaming(state, state.roots);
  const tokens = { tokens: totals.tokens + streaming, estimated: totals.estimated || streaming > 0 };
  return [
    formatDuration(computeElapsed(state, now), { running: true }),
    formatTokens(tokens, { unit: ' tok' }),
    totals.byRules && !totals.priced ? '' : formatCost(totals, { short: true }),
  ].filter(Boolean);
}

/** Estimated output tokens of the calls in progress. */
function countStreaming(state: RunState, ids: readonly number[]): number {
  let sum = 0;
  for (const id of ids) {
    const span = state.spans.get(id);
    if (span?.status !== 'running') continue;
    sum += (span.call?.progressTokens ?? 0) + countStreaming(state, span.children);
  }
  return sum;
}

function timeLeft(progress: ItemProgress | undefined): string[] {
  const ms = progress?.remainingMs;
  return ms === undefined || ms === 0 ? [] : [`ETA ${formatDuration(Math.ceil(ms / 1000) * 1000)}`];
}
