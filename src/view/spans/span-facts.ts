/** Short descriptions of spans and runs, shared by several views. */

import { formatDuration } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { safeText } from '../../lib/text/safe-text.js';

/** Formats the phase durations: `prep 9ms · exec 2.9s · post 1ms`; undefined without phases. */
export function phasesText(run: RunState, span: Span): string | undefined {
  const phases = span.children
    .flatMap((id) => run.spans.get(id) ?? [])
    .filter(({ kind }) => kind === 'phase');
  if (phases.length === 0) return undefined;
  return phases
    .map(
      (phase) =>
        `${safeText(phase.name)} ${phase.finishedAt === undefined ? 'running' : formatDuration(phase.finishedAt - phase.startedAt)}`,
    )
    .join(' · ');
}

/** Formats the attempts of exec if there was more than one; undefined otherwise. */
export function attemptsText(run: RunState, span: Span): string | undefined {
  const attempts: Span[] = [];
  const visit = (each: Span) => {
    for (const child of each.children.flatMap((id) => run.spans.get(id) ?? [])) {
      if (child.kind === 'attempt') attempts.push(child);
      else if (child.kind === 'phase') visit(child);
    }
  };
  if (span.kind === 'node' || span.kind === 'item') visit(span);
  if (attempts.length < 2) return undefined;
  const failed = attempts.filter(({ status }) => status === 'failed').length;
  return `${attempts.length}, ${failed} failed`;
}

/** The purpose of a node according to the plan. */
export function findPurpose(run: RunState, span: Span): string | undefined {
  if (span.kind !== 'node') return undefined;
  return run.plans.flatMap(({ nodes }) => nodes).find(({ id }) => id === span.name)?.purpose;
}

/** The name of the model, or `offline rules`; of a run of another program, where it comes from. */
export function modelText(run: RunState): string {
  const { model, source, foreign } = run.started ?? {};
  if (source === 'imported') return safeText(`imported${foreign ? `: ${foreign.format}` : ''}`);
  if (!model || model.provider === 'offline') return 'offline rules';
  return safeText(`${model.provider}/${model.model}`);
}
