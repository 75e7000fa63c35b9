/** Explains a failed run for the reports of the command line. */
import type { RunState } from '../../profile/run/run-state.js';
import { safeText } from '../../lib/text/safe-text.js';
import { readSucceededRun } from './succeeded-run.js';

/** Lines for people, and the field that is added to the JSON of a run: `failure`. */
export type RunExplanation = Readonly<{ lines: readonly string[]; json: Readonly<Record<string, unknown>> }>;

/** Column of the values. */
const LABEL = 12;

/** Why a run failed; empty for any other run. */
export async function explainRun(state: RunState): Promise<RunExplanation> {
  const failed = state.status === 'failed' ? findFailedStage(state) : undefined;
  if (failed === undefined) return { lines: [], json: {} };
  const { explainFailure } = await import('../../profile/analysis/explain-failure.js');
  const { describeFailure, toFailureJson } = await import('../../profile/analysis/describe-failure.js');
  const earlier = await readSucceededRun(state);
  const explanation = explainFailure(state, failed, earlier);
  if (!explanation) return { lines: [], json: {} };
  const since = earlier?.started ? `, compared with run ${earlier.started.run.slice(0, 8)}` : '';
  const lines = describeFailure(explanation).flatMap(({ label, text }) =>
    safeText(text, { keepNewlines: true })
      .split('\n')
      .map((line, i) => `  ${(i === 0 ? label : '').padEnd(LABEL)}${line}`),
  );
  return {
    lines: lines.length > 0 ? [`why ${safeText(explanation.path)} failed${since}`, ...lines] : [],
    json: { failure: toFailureJson(state, explanation, earlier?.started?.run) },
  };
}

function findFailedStage({ roots, spans }: RunState) {
  return roots.map((id) => spans.get(id)).findLast((span) => span?.status === 'failed');
}
