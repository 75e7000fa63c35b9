/** Reads the model calls in the ledger, each once. */
import { listMonths, monthOf } from './ledger-files.js';
import type { CallLine } from './ledger-line.js';
import { visitMonth } from './read-month.js';

/** A range of start times: `from` is inclusive, `to` exclusive. Absent means no limit. */
export type TimeRange = Readonly<{ from?: Date | undefined; to?: Date | undefined }>;

/**
 * Visits the calls that started within a range of time, in the order they were entered; only the files of its months are
 * read. A call that was entered several times is visited once, with its usage if any of the lines has it. Torn and invalid
 * lines, and those of a newer version, are skipped. A line is not kept after its visit: 200,000 of them are 300 MB.
 */
export function visitCalls(folder: string, { from, to }: TimeRange, visit: (call: CallLine) => void): void {
  const first = from?.toISOString() ?? '';
  const end = to?.toISOString() ?? '~';
  const visited = new Set<string>();
  // Another line of the same call may have its usage.
  const withoutUsage = new Map<string, CallLine>();
  for (const month of listMonths(folder)) {
    if (month < monthOf(first) || month > monthOf(end)) continue;
    visitMonth(folder, month, (line) => {
      if (line.at < first || line.at >= end || visited.has(line.id)) return;
      if (line.usages.length > 0) {
        visited.add(line.id);
        visit(line);
      } else if (!withoutUsage.has(line.id)) withoutUsage.set(line.id, line);
    });
  }
  for (const [id, line] of withoutUsage) if (!visited.has(id)) visit(line);
}

/** The same calls as an array. */
export function readCalls(folder: string, range: TimeRange = {}): CallLine[] {
  const calls: CallLine[] = [];
  visitCalls(folder, range, (call) => void calls.push(call));
  return calls;
}
