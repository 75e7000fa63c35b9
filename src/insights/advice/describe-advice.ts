/** Describes a piece of advice in words. */
import { formatDuration, formatUsd } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { Advice } from './advice-call.js';

/** The node, what happened there, and what that costs. */
export function describeFinding({ node, ...rest }: Advice): string {
  return `${node === undefined ? '' : `${safeText(node)}: `}${describeGain(rest)}`;
}

/** What happened and what it would save, without its node. */
function describeGain({ message, usd, ms }: Omit<Advice, 'node'>): string {
  const gains = [usd ? formatUsd(usd) : '', ms ? formatDuration(ms) : ''].filter(Boolean).join(' and ');
  return `${safeText(message)}${gains === '' ? '' : ` (up to ${gains})`}`;
}

/** What happened, what it would save, and what to do, in one line. */
export function describeAdvice(advice: Advice): string {
  return `${describeFinding(advice)}: ${safeText(advice.remedy)}`;
}
