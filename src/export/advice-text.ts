/** Renders the advice on a run as text and as JSON. */
import type { Advice } from '../insights/advice/advice-call.js';
import { describeFinding } from '../insights/advice/describe-advice.js';
import { stripNoise } from '../lib/text/format.js';
import { safeText } from '../lib/text/safe-text.js';

/** The most pieces of advice that are printed; the others are counted. */
const MOST = 5;

/** A section of two lines for each piece of advice; empty without any. */
export function formatAdvice(advice: readonly Advice[]): string {
  if (advice.length === 0) return '';
  const lines = advice
    .slice(0, MOST)
    .flatMap((each) => [`  ${describeFinding(each)}`, `    ${safeText(each.remedy)}`]);
  const more = advice.length - MOST;
  return ['advice', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** The field `advice` of the JSON of a run: USD and ms that could be saved, null where that is unknown. */
export function toAdviceJson(advice: readonly Advice[]) {
  return advice.map(({ kind, node, message, remedy, usd, ms, spans }) => ({
    kind,
    node: node ?? null,
    message,
    remedy,
    usd: usd === null ? null : stripNoise(usd),
    ms: ms === null ? null : Math.round(ms),
    spans,
  }));
}
