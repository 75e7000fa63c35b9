/** Renders the health of the calls: what went wrong, the times to the first token, and the last error. */

import { formatDuration, formatElapsed, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import { computeCallHealth, type CallHealth } from '../../profile/analysis/call-health.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { clipLine, segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { percentile } from '../spans/batch-stats.js';
import { callerOf } from './call-list.js';
import type { CallSpan } from '../spans/llm-calls.js';

/** How many models have their times to the first token shown; the others are counted. */
const MOST_MODELS = 3;
const LABEL = 13;

/** The number of lines that the health of the calls has. */
export function countHealthLines(run: RunState): number {
  if (run.totals.calls === 0 && computeCallHealth(run).failed === 0) return 0;
  const { models, lastFailed } = computeCallHealth(run);
  return 1 + Math.min(MOST_MODELS, models.size) + (lastFailed ? 1 : 0);
}

/** The lines, most important first: counts, the last error, then the times to the first token by model. */
export function healthLines(run: RunState, columns: number, glyphs: Glyphs): readonly Line[] {
  const health = computeCallHealth(run);
  const models = [...health.models];
  const others = models.length - MOST_MODELS;
  return [
    labelled('health', countsLine(health, glyphs)),
    ...(health.lastFailed ? [labelled('last error', errorLine(run, health.lastFailed, glyphs))] : []),
    ...models
      .slice(0, MOST_MODELS)
      .map(([model, { firstTokenMs }], i) =>
        labelled(i === 0 ? 'first token' : '', [
          segment(fit(truncate(safeText(model), 28, 'end'), 28)),
          segment(` p50 ${formatDuration(percentile(firstTokenMs, 0.5))}`),
          segment(`  p95 ${formatDuration(percentile(firstTokenMs, 0.95))}`),
          segment(`  of ${plural(firstTokenMs.length, 'call')}`, 'dim'),
          ...(i === MOST_MODELS - 1 && others > 0
            ? [segment(`  and ${plural(others, 'other model')}`, 'dim')]
            : []),
        ]),
      ),
  ].map((line) => clipLine(line, columns));
}

function countsLine({ retries, rateLimited, refusals, failed }: CallHealth, glyphs: Glyphs): Line {
  const counts = [
    ...(retries > 0 ? [plural(retries, 'retry', 'retries')] : []),
    ...(rateLimited > 0 ? [`${rateLimited} of status 429`] : []),
    ...(refusals > 0 ? [plural(refusals, 'refusal')] : []),
    ...(failed > 0 ? [plural(failed, 'failed call')] : []),
  ];
  if (counts.length === 0) return [segment('no retries, 429s, refusals or failures', 'dim')];
  const style = rateLimited + refusals + failed > 0 ? 'warning' : undefined;
  return [segment(counts.join(` ${glyphs.separator} `), style)];
}

/** `HTTP 529 · req_123 · ask at 00:01.5 · Overloaded.`: the message last, because it may be long. */
function errorLine(run: RunState, span: Span, glyphs: Glyphs): Line {
  const { httpStatus, requestId } = span.outcome ?? {};
  const facts = [
    ...(httpStatus === undefined ? [] : [`HTTP ${httpStatus}`]),
    ...(requestId === undefined ? [] : [`request ${safeText(requestId)}`]),
    `${safeText(callerOf(run, span as CallSpan))} at ${formatElapsed(span.finishedAt ?? span.startedAt)}`,
  ];
  const dot = ` ${glyphs.separator} `;
  return [
    segment(`${facts.join(dot)}${dot}`, 'dim'),
    segment(safeText(span.error?.message ?? 'no error is recorded').replaceAll(/\s+/g, ' '), 'failed'),
  ];
}

function labelled(label: string, line: Line): Line {
  return [segment(` ${fit(label, LABEL)}`, 'dim'), ...line];
}
