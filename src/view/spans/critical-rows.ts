/** Which rows of a finished run are on its critical path, and how much slack the others have. */
import { formatDuration } from '../../lib/text/format.js';
import { CriticalPath } from '../../profile/analysis/critical-path.js';
import { Slack } from '../../profile/analysis/slack.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { memoizeLast } from '../base/memo.js';

/** Whether a span, or any of the items of a lane, is on the critical path. The path of a running run is undecided. */
export function isCritical(run: RunState, spans: readonly number[]): boolean {
  const analysis = analysisOf(run, run.events);
  return analysis !== undefined && spans.some((id) => analysis.path.includes(id));
}

/** `1.2s of slack` for a span that is not on the critical path; undefined for one that is, and during the run. */
export function formatSlack(run: RunState, span: Span): string | undefined {
  const analysis = analysisOf(run, run.events);
  if (!analysis || analysis.path.includes(span.id)) return undefined;
  const slack = analysis.slack.of(span.id);
  return slack === undefined ? undefined : `${formatDuration(slack)} of slack`;
}

const analysisOf = memoizeLast((run: RunState, _version: number) => {
  if (!run.finished) return undefined;
  const path = new CriticalPath(run);
  return { path, slack: new Slack(run, path) };
});
