/** Advises on the step that a run waits for most: what halving it would save. */
import { formatDuration } from '../../lib/text/format.js';
import type { CriticalShare } from '../../profile/analysis/critical-path.js';
import type { Advice } from './advice-call.js';

/** Below these a step is not singled out: the duration of the run, and the step's part of it. */
const LEAST_RUN_MS = 2000;
const LEAST_PART = 0.5;

/** The step with half of the critical path or more; `shares` are the longest first. A path of one step has nothing to compare. */
export function adviseCritical(shares: readonly CriticalShare[], elapsed: number): Advice[] {
  const [longest] = shares;
  if (!longest || shares.length < 2 || elapsed < LEAST_RUN_MS || longest.ms < LEAST_PART * elapsed) return [];
  const isStage = longest.path.length === 1 && ['workflow', 'planner'].includes(longest.path[0]!);
  if (isStage) return [];
  return [
    {
      kind: 'critical-path',
      node: longest.path.join('/'),
      message: `${formatDuration(longest.ms)} of the ${formatDuration(elapsed)} of the run are spent here, halving it saves ${formatDuration(longest.ms / 2)}`,
      remedy:
        'Make this step faster first: a quicker model, a shorter answer, less input, or parts of it at the same time.',
      usd: null,
      ms: longest.ms / 2,
      spans: [],
    },
  ];
}
