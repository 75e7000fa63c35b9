/** The lines above the list of a plan: its name, its effects, what it will need, and what a rerun would repeat. */
import { getOwn } from '../../lib/data/own-property.js';
import { formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth } from '../../lib/text/text-width.js';
import { formatBasis, formatEstimate } from '../../insights/history/estimate-run.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import type { RunState } from '../../profile/run/run-state.js';
import { segment, spread, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { Planned, PlanState } from '../state/plan-state.js';
import type { UiState } from '../state/ui-state.js';

/** On fewer rows, only the effects have lines. */
const ROOMY = 18;

/** The facts of a plan in the order of their importance to the decision; the first line is its title. */
export function planFacts(
  run: RunState,
  ui: UiState,
  plan: Planned,
  { columns, rows }: Readonly<{ columns: number; rows: number }>,
  glyphs: Glyphs,
): readonly Line[] {
  const { question, refused } = ui.plan;
  const title = titleLine(plan, question, columns, glyphs);
  const facts: Line[] = [
    refused
      ? [segment(` ${safeText(refused.why)}`, 'warning')]
      : effectsLine(plan, columns, glyphs.separator),
    ...repeatedLines(plan, question),
    ...(rows < ROOMY
      ? []
      : [...estimateLines(question, columns), ...spentLines(run, plan, question, glyphs)]),
  ];
  return [title, ...facts];
}

function titleLine(plan: Planned, question: PlanState['question'], columns: number, glyphs: Glyphs): Line {
  const origin = plan.edited || question?.edited ? `${plan.origin}, edited` : plan.origin;
  const from = question?.about?.start;
  const facts = [
    plural(plan.nodes.length, 'node'),
    origin,
    ...(from === undefined ? [] : [`runs again from ${safeText(from)}`]),
  ];
  const left = [
    segment(' Plan ', 'heading'),
    segment(safeText(plan.name), 'title'),
    ...facts.map((fact) => segment(` ${glyphs.separator} ${fact}`, 'dim')),
  ];
  return spread(left, [], columns);
}

/** The nodes whose effects an earlier run has had already: running the plan repeats them. */
function repeatedLines({ nodes }: Planned, question: PlanState['question']): readonly Line[] {
  const succeeded = new Set(question?.about?.succeeded);
  const repeated = nodes.filter(({ id, effects = [] }) => effects.length > 0 && succeeded.has(id));
  if (repeated.length === 0) return [];
  const names = repeated.map(({ id }) => safeText(id)).join(', ');
  return [[segment(` ! Succeeded in the earlier run, and would happen again: ${names}`, 'failed')]];
}

function estimateLines(question: PlanState['question'], columns: number): readonly Line[] {
  const estimate = question?.about?.estimate;
  if (!estimate) return [];
  const basis = `   (${formatBasis(estimate)})`;
  const long = formatEstimate(estimate);
  const text =
    textWidth(` estimate ${long}${basis}`) < columns ? long : formatEstimate(estimate, { short: true });
  return [[segment(' estimate ', 'dim'), segment(text), segment(basis, 'dim')]];
}

/** What is left of the limit on the cost, and what planning has needed. */
function spentLines(
  run: RunState,
  { repaired, plannedBy }: Planned,
  question: PlanState['question'],
  glyphs: Glyphs,
): readonly Line[] {
  const limit = run.started?.flags.limits?.maxCostUsd;
  const parts: string[] = [];
  if (limit !== undefined && question)
    parts.push(`budget left ${formatUsd(Math.max(0, limit - run.totals.usd))}`);
  const planner = run.roots.flatMap((id) => run.spans.get(id) ?? []).find(({ name }) => name === 'planner');
  if (planner?.finishedAt !== undefined) {
    const cost = formatCost(planner.totals);
    const work = `in ${formatDuration(computeDuration(planner, planner.finishedAt))}`;
    const repairs = repaired ? `, ${plural(repaired.attempt - 1, 'repair')}` : '';
    const by = plannedBy === 'rules' ? 'by rules ' : '';
    parts.push(`planned ${by}${cost === '' ? '' : `for ${cost} `}${work}${repairs}`);
  }
  return parts.length === 0 ? [] : [[segment(` ${parts.join(` ${glyphs.separator} `)}`, 'dim')]];
}

/** The effects of the plan if they fit, else their kinds with node counts. */
function effectsLine({ nodes }: Planned, columns: number, separator: string): Line {
  const each = new Set(nodes.flatMap(({ effects = [] }) => effects.map(({ what }) => safeText(what))));
  const all = ` ! ${[...each].join(` ${separator} `)}`;
  if (each.size > 0 && textWidth(all) < columns) return [segment(all, 'warning')];
  const counts = new Map<string, number>();
  for (const { effects = [] } of nodes)
    for (const effect of new Set(effects.map(({ effect }) => effect)))
      counts.set(effect, (counts.get(effect) ?? 0) + 1);
  if (counts.size === 0) return [segment(' It changes nothing outside the run.', 'ok')];
  const parts = [...counts].map(
    ([effect, count]) => `${getOwn(words, effect) ?? effect} (${plural(count, 'node')})`,
  );
  return [segment(` ! It ${parts.join(', ')}.`, 'warning')];
}

const words: Readonly<Record<string, string>> = {
  writes: 'writes',
  moves: 'moves',
  deletes: 'deletes',
  'runs-commands': 'runs commands',
  sends: 'sends',
};
