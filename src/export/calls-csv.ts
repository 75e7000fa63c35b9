/** Exports the calls of a run as CSV. */
import { formatCsv } from '../lib/data/csv.js';
import { listCallRows, type CallRow } from '../metrics/call-rows.js';
import type { RunState } from '../profile/run/run-state.js';

/** The fields of a call, in the order of the columns. Captured texts, such as arguments of tools and reasoning, are left out. */
const COLUMNS = [
  'span',
  'node',
  'attribution',
  'provider',
  'model',
  'status',
  'started_ms',
  'duration_ms',
  'first_token_ms',
  'usage_origin',
  'tokens_input',
  'tokens_cache_read',
  'tokens_cache_write',
  'tokens_output',
  'tokens_reasoning',
  'cost_usd',
  'partial_cost_usd',
  'finish_reason',
  'error',
] as const satisfies readonly (keyof CallRow)[];

/** A line of headings, then one line per call in order of start, as in the JSON of a run; what is unknown is empty. */
export function toCallsCsv(state: RunState): string {
  const lines = listCallRows(state).map((row) => COLUMNS.map((name) => row[name] ?? ''));
  return formatCsv([COLUMNS, ...lines]);
}
