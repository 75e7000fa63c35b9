/** Reads several session logs into columns of calls, in this thread or in another one. */
import type { AgentName } from '../../importers/session-usage/agent-names.js';
import type { ReadingPoint } from '../../importers/session-usage/logged-call.js';
import { findAgent } from '../../importers/session-usage/session-agents.js';
import type { CallColumns } from '../../ledger/files/call-columns.js';
import { createColumnWriter } from '../../ledger/files/column-writer.js';
import { readLog } from './read-log.js';
import { toCallLine } from './to-call-line.js';

/** A log to read from its start. */
export type LogTask = Readonly<{ path: string; agent: AgentName; paid: boolean; size: number }>;

/** What was read from a log. */
export type LogSummary = Readonly<{
  /** Its first row in the columns, and their number. */
  row: number;
  count: number;
  /** When its first call was made, and the session of its calls. */
  since: string | undefined;
  session: string | undefined;
  next: ReadingPoint | undefined;
}>;

export type LogBatch = Readonly<{
  /** Reads a log; yields the number of bytes of each slice. One that cannot be read has no calls. */
  read: (task: LogTask) => Generator<number, LogSummary>;
  finish: () => CallColumns;
}>;

/** Creates an empty batch. */
export function createLogBatch(): LogBatch {
  const writer = createColumnWriter();
  let rows = 0;
  return {
    *read({ path, agent: name, paid }) {
      const row = rows;
      const agent = findAgent(name);
      let since: string | undefined;
      let session: string | undefined;
      let next: ReadingPoint | undefined;
      try {
        const reading = yield* readLog(agent, path, undefined);
        for (const call of reading.calls) {
          const { line, usage } = toCallLine(call, { agent, path, span: rows - row + 1, paid });
          writer.add(line, usage);
          rows++;
          session ??= line.session;
          if (since === undefined || line.at < since) since = line.at;
        }
        next = reading.next;
      } catch {
        // A log that was removed or cannot be read is tried again at its next change.
      }
      return { row, count: rows - row, since, session, next };
    },
    finish: () => writer.finish(),
  };
}
