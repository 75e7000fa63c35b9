/** Reads the model calls in the ledger, each once. */
import { listMonths, monthOf } from './ledger-files.js';
import type { CallLine } from './ledger-line.js';
import { stepMonth } from './read-month.js';
import { createTwinFinder } from './twin-calls.js';

/** A range of start times: `from` is inclusive, `to` exclusive. Absent means no limit. */
export type TimeRange = Readonly<{ from?: Date | undefined; to?: Date | undefined }>;

/**
 * Visits the calls that started within a range of time, in the order they were entered; only the files of its months are
 * read. A call that was entered several times is visited once, with its usage if any of the lines has it. Torn and invalid
 * lines, and those of a newer version, are skipped. A line is not kept after its visit: 200,000 of them are 300 MB.
 */
export function visitCalls(folder: string, range: TimeRange, visit: (call: CallLine) => void): void {
  const steps = stepCalls(folder, range, visit);
  while (!steps.next().done);
}

/** Visits further calls, which are in no file of the ledger, in slices. */
export type MoreCalls = (visit: (call: CallLine) => void) => Generator<void>;

/** The same in slices of a few milliseconds, with further calls: one that the ledger has as well is visited once, as the ledger has it. */
export function* stepCalls(
  folder: string,
  { from, to }: TimeRange,
  visit: (call: CallLine) => void,
  more?: MoreCalls,
): Generator<void> {
  const first = from?.toISOString() ?? '';
  const end = to?.toISOString() ?? '~';
  const visited = createIdSet();
  const known = more && createTwinFinder();
  // Another line of the same call may have its usage.
  const withoutUsage = new Map<string, CallLine>();
  for (const month of listMonths(folder)) {
    if (month < monthOf(first) || month > monthOf(end)) continue;
    yield* stepMonth(folder, month, (line) => {
      if (line.at < first || line.at >= end) return;
      if (line.usages.length > 0) {
        if (visited.add(line)) {
          known?.add(line);
          visit(line);
        }
      } else if (!withoutUsage.has(line.id)) withoutUsage.set(line.id, line);
    });
  }
  for (const line of withoutUsage.values()) if (visited.add(line)) visit(line);
  if (!more) return;
  yield* more((line) => {
    if (line.at < first || line.at >= end) return;
    if (line.alias !== undefined && visited.has(line.alias)) return;
    if (visited.add(line) && !known?.take(line)) visit(line);
  });
}

/** The same calls as an array. */
export function readCalls(folder: string, range: TimeRange = {}): CallLine[] {
  const calls: CallLine[] = [];
  visitCalls(folder, range, (call) => void calls.push(call));
  return calls;
}

/** A set of the identities of calls. */
type IdSet = Readonly<{
  /** Whether the identity is new. */
  add: (call: CallLine) => boolean;
  /** Whether it has an identity that is not derived from the run. */
  has: (id: string) => boolean;
}>;

/** Most identities are `run/span`: a set of numbers for each run takes a fifth of the time of a set of such texts. */
function createIdSet(): IdSet {
  const ids = new Set<string>();
  const runs = new Map<string, Set<number>>();
  let last: readonly [run: string, spans: Set<number>] | undefined;
  const spansOf = (run: string) => {
    if (last?.[0] === run) return last[1];
    let spans = runs.get(run);
    if (!spans) runs.set(run, (spans = new Set()));
    last = [run, spans];
    return spans;
  };
  return {
    has: (id) => ids.has(id),
    add(call) {
      const { id, run, span } = call;
      const isDerived = id.length > run.length && id.charCodeAt(run.length) === SLASH && id.startsWith(run);
      const own = isDerived && id === `${run}/${span}` ? spansOf(run) : undefined;
      const size = own ? own.size : ids.size;
      if (own) own.add(span);
      else ids.add(id);
      return (own ? own.size : ids.size) > size;
    },
  };
}

const SLASH = 0x2f;
