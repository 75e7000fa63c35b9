/** Short descriptions of spans and runs, shared by several views. */

import { formatDuration } from '../../lib/text/format.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { safeText } from '../../lib/text/safe-text.js';
import { askedName } from './llm-calls.js';

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

/**
 * The models that were called, the most frequent first: its name and how many others. The chosen one as long as it may still
 * be called; of a run of another program, where it comes from.
 */
export function modelText(run: RunState): string {
  const { source, foreign } = run.started ?? {};
  if (source === 'imported') return safeText(`imported${foreign ? `: ${foreign.format}` : ''}`);
  const called = rankModels(run);
  if (called.length === 0) return run.status === 'running' ? chosenText(run) : 'no model called';
  const others = called.length - 1;
  return safeText(called[0]!) + (others > 0 ? ` + ${others}` : '');
}

/** The chosen model with the reason for the choice, and whether it was called. */
export function choiceText(run: RunState): string | undefined {
  const { model } = run.started ?? {};
  if (!model) return undefined;
  const uncalled = run.status !== 'running' && !rankModels(run).includes(nameChosen(model));
  return `${chosenText(run)}: ${safeText(model.reason)}${uncalled ? ' (not called)' : ''}`;
}

function chosenText(run: RunState): string {
  const { model } = run.started ?? {};
  return safeText(model ? nameChosen(model) : 'offline rules');
}

function nameChosen({ provider, model }: Readonly<{ provider: string; model: string }>): string {
  return provider === 'offline' ? 'offline rules' : `${provider}/${model}`;
}

function rankModels(run: RunState): readonly string[] {
  const counts = countModels(run);
  return [...counts.keys()].toSorted((a, b) => counts.get(b)! - counts.get(a)!);
}

/** The number of calls by model. */
const countModels = aggregateSpans<Map<string, number>>(
  () => new Map(),
  (counts, { before, after }) => {
    const name = nameOf(after);
    const previous = before && nameOf(before);
    if (name === previous) return;
    if (previous !== undefined) count(counts, previous, -1);
    if (name !== undefined) count(counts, name, 1);
  },
);

function nameOf({ call }: Span): string | undefined {
  return call && call.sameAs === undefined ? askedName(call) : undefined;
}

function count(counts: Map<string, number>, name: string, change: number): void {
  const sum = (counts.get(name) ?? 0) + change;
  if (sum > 0) counts.set(name, sum);
  else counts.delete(name);
}
