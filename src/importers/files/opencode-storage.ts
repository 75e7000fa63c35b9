/** Reads a session from opencode's storage folder, where each session, message and part is a file of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonObject, tryParseJson } from '../../lib/data/json-object.js';

/**
 * The session of a file `storage/session/<project>/<id>.json` as opencode exports it: its messages with their parts, in the order of
 * their ids, which is that of their times. Undefined for any other file.
 */
export function readOpencodeStorage(path: string, firstRecord: unknown): object | undefined {
  if (!isJsonObject(firstRecord)) return undefined;
  const { id } = firstRecord;
  if (typeof id !== 'string' || !/^ses_\w+$/.test(id)) return undefined;
  const storage = dirname(dirname(dirname(path)));
  const messages = readRecords(join(storage, 'message', id)).flatMap((info) => {
    const message = info['id'];
    if (typeof message !== 'string' || !/^\w+$/.test(message)) return [];
    return [{ info, parts: readRecords(join(storage, 'part', message)) }];
  });
  return messages.length === 0 ? undefined : { info: firstRecord, messages };
}

/** The objects in the files of a folder, sorted by name; empty without such a folder. */
function readRecords(folder: string): Record<string, unknown>[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.toSorted().flatMap((name) => {
    const value = tryParseJson(readFileSync(join(folder, name), 'utf8'));
    return isJsonObject(value) ? [value] : [];
  });
}
