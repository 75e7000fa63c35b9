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
  const counts = formatCounts(progress);
  const parts = listParts(state, progress, now);
  const render = (kept: readonly Part[]) =>
    [counts, ...kept.map(({ text }) => text)].filter(Boolean).join(' · ');
  // On a narrow terminal the least important parts are left out, and what remains of the name is truncated.
  let kept = parts.filter(({ text }) => text !== '');
  const widthOf = (name: string) => textWidth(`${spinner}${name} ${render(kept)}`);
  const name = path.join(' › ');
  while (widthOf(truncate(name, NARROWEST_NAME)) > columns && kept.length > 0) {
    const least = kept.reduce((low, part) => (part.rank < low.rank ? part : low));
    kept = kept.filter((part) => part !== least);
  }
  const separator = counts === '' && kept.length > 0 ? ' · ' : ' ';
  const rest = render(kept);
  const room = Math.max(NARROWEST_NAME, columns - textWidth(spinner + separator + rest));
  return truncate(`${spinner}${truncate(name, room)}${rest === '' ? '' : separator}${rest}`, columns);
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

function formatCounts(progress: ItemProgress | undefined): string {
  if (!progress) return '';
  return progress.of === undefined
    ? `round ${progress.doneItems + 1}`
    : `${progress.doneItems}/${progress.of}`;
}

/** A part of the line; those of a low rank are left out first. */
type Part = Readonly<{ text: string; rank: number }>;

function listParts(state: RunState, progress: ItemProgress | undefined, now: number): Part[] {
  const { totals } = state;
  const { running = 0, failed = 0, remainingMs = 0 } = progress ?? {};
  const cost = totals.byRules && !totals.priced ? '' : formatCost(totals, { short: true });
  return [
    { text: running > 1 ? `${running} running` : '', rank: 2 },
    { text: failed > 0 ? `${failed} failed` : '', rank: 5 },
    { text: formatDuration(computeElapsed(state, now), { running: true }), rank: 4 },
    { text: formatTokens(totals, { unit: ' tok' }), rank: 1 },
    { text: cost, rank: 3 },
    { text: remainingMs > 0 ? `ETA ${formatTimeLeft(remainingMs)}` : '', rank: 6 },
  ];
}

/** Whole seconds: an estimate has no tenths. */
function formatTimeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : formatDuration(seconds * 1000);
}
