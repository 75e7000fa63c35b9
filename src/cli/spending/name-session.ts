/** Finds a name for a session log: what its user asked first. */
import { closeSync, openSync, readSync } from 'node:fs';
import { tryParseJson } from '../../lib/data/json-object.js';
import { getField, toList } from '../../usage/fields/fields.js';
import { textIn, toText } from '../../importers/frame/record-text.js';
import { toLabel } from '../../importers/frame/to-label.js';

/** The first prompt is not further inside a log than this. */
const HEAD = 1 << 16;

/** The beginning of the first prompt in a log; undefined where none is found. */
export function nameSession(path: string): string | undefined {
  const head = readHead(path);
  const document = tryParseJson(head);
  const records =
    document === undefined
      ? head.split('\n').map(tryParseJson)
      : [document, ...toList(getField(document, 'messages'))];
  for (const record of records) {
    const prompt = titleOf(record) ?? promptOf(record);
    if (prompt !== undefined) return toLabel(prompt);
  }
  return document === undefined ? promptIn(head) : undefined;
}

/** The title that opencode has given to a session. */
function titleOf(record: unknown): string | undefined {
  return textIn(record, 'id')?.startsWith('ses_') ? textIn(record, 'title') : undefined;
}

/** The first prompt in the beginning of a document of Gemini CLI, which is longer than that. */
function promptIn(head: string): string | undefined {
  const quoted = /"type":\s*"user",\s*"content":\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1];
  const prompt = quoted === undefined ? undefined : tryParseJson(quoted);
  return typeof prompt === 'string' ? toLabel(prompt) : undefined;
}

function promptOf(record: unknown): string | undefined {
  const message = getField(record, 'message') ?? getField(record, 'payload') ?? record;
  const isUser =
    textIn(message, 'role') === 'user' ||
    (textIn(record, 'type') === 'user' && getField(record, 'isMeta') !== true);
  if (!isUser) return undefined;
  const text = toText(getField(message, 'content'));
  if (typeof text !== 'string') return undefined;
  // Programs send instructions and the output of commands as user messages in tags.
  const own = text.replace(/<([a-z_-]+)>[^]*?<\/\1>/g, '').trim();
  return own === '' || own.startsWith('<') ? undefined : own;
}

function readHead(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const head = Buffer.alloc(HEAD);
    return head.toString('utf8', 0, readSync(fd, head, 0, HEAD, 0));
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
