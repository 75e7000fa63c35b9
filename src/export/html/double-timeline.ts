/** Draws the nodes of two runs as pairs of bars on one time axis, as an SVG without script or style. */
import { indexRun } from '../../insights/compare/run-index.js';
import type { RunState } from '../../profile/run/run-state.js';
import { computeElapsed } from '../../profile/run/waiting.js';
import { formatDuration } from '../../lib/text/format.js';
import { truncate } from '../../lib/text/text-width.js';
import { escapeHtml } from './html-page.js';

/** Rows at most; more would be no picture. */
const MOST_ROWS = 60;
/** Units of the drawing, which is scaled to the page. */
const NAME_WIDTH = 200;
const BARS_WIDTH = 760;
const ROW = 26;
const BAR = 9;

type Pair = { name: string; before: readonly number[]; after: readonly number[] };

/** The drawing; undefined if no node of either run took any time. The upper bar of each pair is the first run. */
export function drawDoubleTimeline(before: RunState, after: RunState): string | undefined {
  const pairs = pairNodes(before, after);
  const end = Math.max(findEnd(before), findEnd(after));
  if (pairs.length === 0 || !(end > 0)) return undefined;
  const shown = pairs.slice(0, MOST_ROWS);
  const height = (shown.length + 1) * ROW;
  const scale = BARS_WIDTH / end;
  const rows = shown.flatMap(({ name, before: first, after: second }, i) => {
    const y = i * ROW + 4;
    return [
      `<text x="0" y="${y + 14}" font-size="13" fill="currentColor">${escapeHtml(truncate(name, 26))}</text>`,
      ...drawBars(first, before, { name, run: 'before', y, scale, opacity: '0.35' }),
      ...drawBars(second, after, { name, run: 'after', y: y + BAR + 1, scale, opacity: '0.85' }),
    ];
  });
  const label = `Timeline of two runs: ${formatDuration(computeElapsed(before))} before, ${formatDuration(computeElapsed(after))} after`;
  const more =
    pairs.length > shown.length ? `<p>${pairs.length - shown.length} more nodes are not drawn.</p>` : '';
  return `<p>Of each pair the upper, lighter bar is the first run.</p>
<svg viewBox="0 0 ${NAME_WIDTH + BARS_WIDTH} ${height}" width="100%" role="img" aria-label="${escapeHtml(label)}">
${rows.join('\n')}
<text x="${NAME_WIDTH}" y="${height - 6}" font-size="12" fill="currentColor">0</text>
<text x="${NAME_WIDTH + BARS_WIDTH}" y="${height - 6}" font-size="12" fill="currentColor" text-anchor="end">${formatDuration(end)}</text>
</svg>${more}`;
}

/** The nodes in the order of the second run, then those that only the first has. */
function pairNodes(before: RunState, after: RunState): Pair[] {
  const [first, second] = [indexRun(before).rows, indexRun(after).rows];
  return [...new Map([...second, ...first])]
    .filter(([, { path }]) => path.length > 0)
    .map(([key, { path }]) => ({
      name: path.join('/'),
      before: first.get(key)?.spans ?? [],
      after: second.get(key)?.spans ?? [],
    }));
}

function drawBars(
  spans: readonly number[],
  state: RunState,
  {
    name,
    run,
    y,
    scale,
    opacity,
  }: Readonly<{ name: string; run: string; y: number; scale: number; opacity: string }>,
): string[] {
  return spans.flatMap((id) => {
    const { startedAt, finishedAt = state.lastAt } = state.spans.get(id)!;
    const width = Math.max(1, (finishedAt - startedAt) * scale);
    const title = escapeHtml(`${name}, ${run}: ${formatDuration(finishedAt - startedAt)}`);
    return [
      `<rect x="${round(NAME_WIDTH + startedAt * scale)}" y="${y}" width="${round(width)}" height="${BAR}" rx="2" fill="currentColor" fill-opacity="${opacity}"><title>${title}</title></rect>`,
    ];
  });
}

function findEnd({ spans, lastAt }: RunState): number {
  let end = 0;
  for (const { finishedAt = lastAt } of spans.values()) end = Math.max(end, finishedAt);
  return end;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
