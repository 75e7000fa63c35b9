/** Reads a session from opencode's SQLite database, by the SQLite that newer versions of Node contain. */
import { isJsonObject, tryParseJson } from '../../lib/data/json-object.js';

/** The part of `node:sqlite` that is used. */
type Sqlite = Readonly<{
  DatabaseSync: new (
    path: string,
    options: Readonly<{ readOnly: boolean }>,
  ) => Readonly<{
    prepare(sql: string): Readonly<{ all(...values: readonly string[]): readonly Record<string, unknown>[] }>;
    close(): void;
  }>;
}>;

const HEADER = 'SQLite format 3\0';

/** Whether a file begins as an SQLite database does. */
export function isSqlite(head: Buffer): boolean {
  return head.toString('latin1', 0, HEADER.length) === HEADER;
}

/** The module; undefined where this version of Node has none. */
export async function loadSqlite(): Promise<Sqlite | undefined> {
  // A variable, because the types of the oldest supported Node do not have it.
  const name: string = 'node:sqlite';
  try {
    return (await import(name)) as Sqlite;
  } catch {
    return undefined;
  }
}

/**
 * The session that was used last, without those of its subagents, as opencode exports it, and the number of the others; undefined for
 * a database of another program. Throws the database's own errors.
 */
export function readOpencodeDatabase(
  { DatabaseSync }: Sqlite,
  path: string,
): { session: object; others: number } | undefined {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all();
    const names = new Set(tables.map(({ name }) => name));
    if (!['session', 'message', 'part'].every((name) => names.has(name))) return undefined;
    const sessions = database
      .prepare('select * from session where parent_id is null order by time_updated desc')
      .all();
    const [latest] = sessions;
    if (!latest) return undefined;
    const id = String(latest['id']);
    const parts = new Map<unknown, object[]>();
    for (const row of database.prepare('select * from part where session_id = ? order by id').all(id)) {
      const list = parts.get(row['message_id']) ?? [];
      parts.set(row['message_id'], list);
      list.push(withId(row));
    }
    const messages = database.prepare('select * from message where session_id = ? order by id').all(id);
    return {
      session: {
        info: { id, title: latest['title'], directory: latest['directory'] },
        messages: messages.map((row) => ({ info: withId(row), parts: parts.get(row['id']) ?? [] })),
      },
      others: sessions.length - 1,
    };
  } finally {
    database.close();
  }
}

/** A row's JSON, with the id that it has in a column of its own. */
function withId({ id, data }: Readonly<Record<string, unknown>>): object {
  const value = typeof data === 'string' ? tryParseJson(data) : undefined;
  return { ...(isJsonObject(value) ? value : {}), id };
}
