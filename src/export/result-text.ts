/** Formats the result of a run for reports. */

import { plural } from '../lib/text/format.js';
import { safeText } from '../lib/text/safe-text.js';
import { findResult, readFullResult } from '../profile/store/run-result.js';
import type { RunState } from '../profile/run/run-state.js';
import { formatValue } from './value-text.js';

/** The lines and characters of a result that a report contains. */
const MAX_LINES = 60;
const MAX_CHARACTERS = 8000;

/** The parts of a value that are read for it: values of a few lines may refer to each other and expand without end. */
const MAX_NODES = 10_000;

/** A result as text, sanitized; `omitted` is a phrase about the rest, empty for a result that is complete. */
export type ResultText = Readonly<{ output: string | undefined; lines: readonly string[]; omitted: string }>;

/** The beginning of a run's result as lines; undefined for a run without one. */
export function formatResult(state: RunState): ResultText | undefined {
  const result = findResult(state);
  const value = readFullResult(state, MAX_NODES);
  if (!result || value === undefined || value === null) return undefined;
  const text = formatValue(value).trimEnd();
  if (text === '') return undefined;
  const all = safeText(text, { keepNewlines: true }).split('\n');
  const lines = all.slice(0, MAX_LINES).join('\n').slice(0, MAX_CHARACTERS).split('\n');
  const left = text.length - lines.join('\n').length;
  return {
    output: result.output,
    lines,
    omitted: left > 0 ? `${plural(left, 'more character')}` : '',
  };
}
