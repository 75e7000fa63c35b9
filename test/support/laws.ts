import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { groupByModel, groupByNode, groupByStage } from '../../src/profile/analysis/breakdown.js';
import { CriticalPath, type CriticalStep } from '../../src/profile/analysis/critical-path.js';
import { createProfile } from '../../src/profile/run/profile.js';
import type { RunState, Span, Totals } from '../../src/profile/run/run-state.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { serializeEvent } from '../../src/trace/write/jsonl.js';
import { followTrace } from '../../src/trace/read/follow-trace.js';
import { readTrace } from '../../src/trace/read/read-trace.js';
import { lineText } from '../../src/view/base/frame.js';
import { initialUi } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from './prices.js';

/** Expects that a run renders the same from its file as live, at every event, and that rewriting the file gives the same bytes. */
export async function expectLiveEqualsReplay(events: readonly TraceEvent[], path: string): Promise<void> {
  const written = await all(readTrace(path));
  expect(written).toHaveLength(events.length);
  expect(framesOf(written)).toEqual(framesOf(events));
  const followed = await all(followTrace(path));
  expect(followed).toEqual(written);
  expect(written.map((event) => `${serializeEvent(event)}\n`).join('')).toBe(readFileSync(path, 'utf8'));
}

async function all(events: AsyncIterable<TraceEvent>): Promise<TraceEvent[]> {
  const list: TraceEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** The screen at every event of a stream, as text. */
function framesOf(events: readonly TraceEvent[]): string[] {
  const profile = createProfile({ prices: testPrices });
  const ui = initialUi({ glyphs: 'unicode', reducedMotion: true, live: true });
  return events.map((event) => {
    profile.apply(event);
    const viewport = { now: profile.state.lastAt, columns: 120, rows: 40 };
    return view(profile.state, ui, viewport).lines.map(lineText).join('\n');
  });
}

/** The sums that differ from the total of their parts. */
export function disagreements(state: RunState): string[] {
  const found = new Map<string, string[]>([
    ['by node', disagreementsOf(groupByNode(state), state.totals)],
    ['by model', disagreementsOf(groupByModel(state), state.totals)],
    ['by stage', disagreementsOf(groupByStage(state), state.totals)],
    ['by root', disagreementsOf(spansOf(state, state.roots), state.totals)],
  ]);
  for (const span of state.spans.values()) {
    if (span.kind !== 'llm')
      found.set(`span ${span.id}`, disagreementsOf(spansOf(state, span.children), span.totals));
  }
  return [...found].flatMap(([way, fields]) => fields.map((field) => `${way}: ${field}`));
}

function disagreementsOf(parts: readonly { totals: Totals }[], whole: Totals): string[] {
  const sum = (
    field:
      | 'calls'
      | 'input'
      | 'cacheRead'
      | 'cacheWrite'
      | 'output'
      | 'reasoning'
      | 'tokens'
      | 'usd'
      | 'wastedUsd'
      | 'cacheSavedUsd'
      | 'cachePenaltyUsd',
  ) => parts.reduce((total, part) => total + part.totals[field], 0);
  const agrees: Record<keyof Totals, boolean> = {
    calls: sum('calls') === whole.calls,
    input: sum('input') === whole.input,
    cacheRead: sum('cacheRead') === whole.cacheRead,
    cacheWrite: sum('cacheWrite') === whole.cacheWrite,
    output: sum('output') === whole.output,
    reasoning: sum('reasoning') === whole.reasoning,
    tokens: sum('tokens') === whole.tokens,
    usd: Math.abs(sum('usd') - whole.usd) < 1e-9,
    wastedUsd: Math.abs(sum('wastedUsd') - whole.wastedUsd) < 1e-9,
    cacheSavedUsd: Math.abs(sum('cacheSavedUsd') - whole.cacheSavedUsd) < 1e-9,
    cachePenaltyUsd: Math.abs(sum('cachePenaltyUsd') - whole.cachePenaltyUsd) < 1e-9,
    estimated: parts.some((part) => part.totals.estimated) === whole.estimated,
    bound: parts.some((part) => part.totals.bound) === whole.bound,
    approximate: parts.some((part) => part.totals.approximate) === whole.approximate,
    priced: parts.some((part) => part.totals.priced) === whole.priced,
    free: parts.some((part) => part.totals.free) === whole.free,
    byRules: parts.some((part) => part.totals.byRules) === whole.byRules,
    unpriced:
      [...new Set(parts.flatMap((part) => part.totals.unpriced))].toSorted().join() ===
      whole.unpriced.toSorted().join(),
  };
  return Object.entries(agrees).flatMap(([field, does]) => (does ? [] : [field]));
}

/** Steps of the critical path that are empty, overlap the previous one, or end after the run. */
export function misplacedSteps(state: RunState): CriticalStep[] {
  const path = new CriticalPath(state).steps();
  return path.filter(({ from, to }, i) => to <= from || from < (path[i - 1]?.to ?? 0) || to > state.lastAt);
}

function spansOf(state: RunState, ids: readonly number[]): Span[] {
  return ids.map((id) => state.spans.get(id)!);
}
