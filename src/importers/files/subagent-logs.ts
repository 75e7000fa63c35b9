/** Finds the logs of a Claude Code session's subagents, which are separate files. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The subagents' logs of a session: in a folder named after it, or, by earlier versions, next to it. Empty for any other file,
 * and for the log of a subagent itself.
 */
export function findSubagentLogs(path: string, firstRecord: unknown): string[] {
  const session = sessionOf(firstRecord);
  if (session === undefined || basename(path).startsWith('agent-')) return [];
  const inside = logsIn(join(dirname(path), session, 'subagents'));
  const around = logsIn(dirname(path)).filter((log) => sessionOf(firstLine(log)) === session);
  return [...inside, ...around];
}

function sessionOf(record: unknown): string | undefined {
  const id = (record as { sessionId?: unknown } | null | undefined)?.sessionId;
  return typeof id === 'string' && /^[\w-]+$/.test(id) ? id : undefined;
}

function logsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^agent-.+\.jsonl$/.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The fields of a log's first line that its first bytes contain. */
function firstLine(path: string): unknown {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const head = Buffer.alloc(1 << 12);
    const text = head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0));
    return { sessionId: /"sessionId":"([\w-]+)"/.exec(text)?.[1] };
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
