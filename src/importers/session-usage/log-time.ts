/** Reads the times of session logs. */
import { parseTime } from '../frame/foreign-time.js';

/** Whether a text is a time as the ledger writes it: `2026-11-28T10:00:00.000Z`. */
export function isLedgerTime(text: string): boolean {
  return text.length === 24 && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

/** Any time of a log in that form; undefined if it is invalid. */
export function toIsoTime(time: unknown): string | undefined {
  const ms = parseTime(time);
  if (ms === undefined) return undefined;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
