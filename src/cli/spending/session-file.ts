/** Finds the file by which a session is opened: that of one of its logs, except for opencode, which stores each message by itself. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The file that opens the session of a log. */
export function findSessionFile(log: string): string {
  const messages = dirname(log);
  const storage = dirname(dirname(messages));
  const sessions = join(storage, 'session');
  if (basename(dirname(messages)) !== 'message' || !existsSync(sessions)) return log;
  const name = `${basename(messages)}.json`;
  const projects = readdirSync(sessions).map((project) => join(sessions, project, name));
  return projects.find((path) => existsSync(path)) ?? log;
}
