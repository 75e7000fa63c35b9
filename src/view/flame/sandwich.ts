/** The sandwich view below the flame graph: what calls the selected name and what is inside it, merged over the whole run. */

import { formatCompact, formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import { formatShare } from '../../lib/text/format-cost.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { flameOf, framesBelow, type FlameFrame } from '../../profile/layout/flame-tree.js';
import { segment, type Line } from '../base/frame.js';
import type { ViewContext } from '../state/view-parts.js';
import { measureFrame } from './frame-values.js';

/** Rows that the sandwich view has at most, with its headings. */
export const SANDWICH_ROWS = 6;
/** Below this it would be headings without a row. */
const FEWEST = 2;
/** Fewer columns have room for one of the two lists. */
const TWO_LISTS = 76;

/** All frames of one name that have the same caller, or that are inside the same name; summed up in place. */
type Entry = { readonly label: string; count: number; value: number };

/** Two lists next to each other, the heaviest first; nothing where there is no room for them. */
export function sandwichLines(selected: FlameFrame, context: ViewContext, rows: number): readonly Line[] {
  if (rows < FEWEST) return [];
  const { columns } = context.viewport;
  const isWide = columns >= TWO_LISTS;
  const width = isWide ? (columns - 3) >> 1 : columns - 1;
  const [one, other] = (selected.parent ? listsAround(selected, context) : listsOfRun(context)).map(
    ({ title, entries, total }) => listLines(title, entries, total, width, context),
  ) as [readonly Line[], readonly Line[]];
  const only = other.length > 2 ? other : one;
  const count = Math.min(rows, SANDWICH_ROWS, isWide ? Math.max(one.length, other.length) : only.length);
  return Array.from({ length: count }, (_, i): Line => {
    if (!isWide) return [segment(' '), ...(only[i] ?? [])];
    const blank = segment(' '.repeat(width));
    return [segment(' '), ...(one[i] ?? [blank]), segment('  '), ...(other[i] ?? [])];
  });
}

type List = Readonly<{ title: string; entries: readonly Entry[]; total: number }>;

/** The callers of a name, and what is inside it. */
function listsAround(selected: FlameFrame, context: ViewContext): readonly List[] {
  const same = collectFrames(flameOf(context.run).root, ({ label }) => label === selected.label);
  const total = sumOf(same, context);
  const callers = same.map((frame) => ({
    label: frame.parent?.parent ? frame.parent.label : (context.run.started?.name ?? 'run'),
    frame,
  }));
  const inside = same.flatMap((frame) =>
    framesBelow(frame).map((child) => ({ label: child.label, frame: child })),
  );
  const name = safeText(selected.label);
  const visits = same.reduce((sum, frame) => sum + frame.sum.spans, 0);
  return [
    { title: `${name} ×${formatCount(visits)} is called from`, entries: sumByLabel(callers, context), total },
    { title: `inside ${name}`, entries: sumByLabel(inside, context), total },
  ];
}

/** The nodes and the models of the whole run. */
function listsOfRun(context: ViewContext): readonly List[] {
  const { root } = flameOf(context.run);
  return (['node', 'llm'] as const).map((kind) => {
    const frames = collectFrames(root, ({ example }) => example?.kind === kind);
    const entries = sumByLabel(
      frames.map((frame) => ({ label: frame.label, frame })),
      context,
    );
    return { title: kind === 'node' ? 'nodes' : 'models', entries, total: sumOf(frames, context) };
  });
}

function sumOf(frames: readonly FlameFrame[], context: ViewContext): number {
  return frames.reduce((sum, frame) => sum + valueIn(frame, context), 0);
}

/** The outermost frames for which a test holds: one inside another counts once. */
function collectFrames(
  frame: FlameFrame,
  test: (frame: FlameFrame) => boolean,
  found: FlameFrame[] = [],
): readonly FlameFrame[] {
  for (const child of framesBelow(frame)) {
    if (test(child)) found.push(child);
    else collectFrames(child, test, found);
  }
  return found;
}

/** The heaviest entries, as many as are shown: a run may have thousands of names, and this is done for every frame. */
function sumByLabel(
  frames: readonly Readonly<{ label: string; frame: FlameFrame }>[],
  context: ViewContext,
): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const { label, frame } of frames) {
    let entry = entries.get(label);
    if (!entry) entries.set(label, (entry = { label, count: 0, value: 0 }));
    entry.count += frame.sum.spans;
    entry.value += valueIn(frame, context);
  }
  const heaviest: Entry[] = [];
  for (const entry of entries.values()) {
    const place = heaviest.findIndex((other) => compareEntries(entry, other) < 0);
    if (place === -1 && heaviest.length >= SANDWICH_ROWS - 1) continue;
    heaviest.splice(place === -1 ? heaviest.length : place, 0, entry);
    if (heaviest.length >= SANDWICH_ROWS) heaviest.pop();
  }
  return heaviest;
}

function compareEntries(a: Entry, b: Entry): number {
  return b.value - a.value || (a.label < b.label ? -1 : 1);
}

function listLines(
  title: string,
  entries: readonly Entry[],
  total: number,
  width: number,
  { ui, glyphs }: ViewContext,
): readonly Line[] {
  const bar = width >= 44 ? Math.min(16, width - 36) : 0;
  const name = width - bar - 8 - 6 - 1;
  const shown = entries.map(({ label, count, value }): Line => {
    const cells = total > 0 ? Math.round((Math.min(value, total) / total) * bar) : 0;
    const times = count > 1 ? ` ×${formatCount(count)}` : '';
    return [
      segment(
        fit(`  ${truncate(safeText(label), Math.max(4, name - times.length - 3), 'end')}${times}`, name),
      ),
      segment(fit(formatValue(value, ui.metric, glyphs.none), 8, 'right')),
      segment(fit(`${formatShare(value, total, glyphs.none)} %`, 6, 'right'), 'dim'),
      segment(' '),
      segment(fit(glyphs.full.repeat(cells), bar), 'bar-other'),
    ];
  });
  return [
    [segment(fit(title, width), 'heading')],
    ...(shown.length > 0 ? shown : [[segment(fit('  nothing with a span of its own', width), 'dim')]]),
  ];
}

function formatValue(value: number, metric: ViewContext['ui']['metric'], none: string): string {
  if (metric === 'time') return formatDuration(value);
  if (value === 0) return none;
  return metric === 'cost' ? formatUsd(value) : formatCompact(value);
}

function valueIn(frame: FlameFrame, { run, ui, viewport }: ViewContext): number {
  return measureFrame(run, frame, ui, viewport.now);
}
