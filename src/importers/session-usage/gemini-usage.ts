/** Reads the calls of Gemini CLI's session logs: JSON lines since version 0.40, and one JSON document before. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import { readUsage } from '../frame/call-usage.js';
import { textIn } from '../frame/record-text.js';
import { valueIn } from './json-members.js';
import { toIsoTime } from './log-time.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { readPlainGemini } from './plain-usage.js';
import { visitHeads } from './visit-lines.js';

/** The calls of a session that is one document. */
export function readGeminiCalls(document: unknown, file: string): LoggedCall[] {
  const session = createSession(file);
  session.read(document);
  return session.finish();
}

/** Creates the reader of a log of lines. A later line may be another version of any message, so it is always read from its start. */
export function createGeminiReader(file: string): UsageReader {
  const session = createSession(file);
  return {
    read: (lines) =>
      visitHeads(lines, (head, line) => {
        if (!otherMessage.test(head)) session.read(valueIn(line()));
      }),
    point: () => ({ offset: 0, finalCalls: 0, state: undefined }),
    finish: () => session.finish(),
  };
}

/** The beginning of a message that is no response of a model, as Gemini CLI writes it. */
const otherMessage =
  /^\{"id":"[^"\\]*","timestamp":"[^"\\]*","type":"(?:user|info|error|warning)","content":/;

type Session = Readonly<{ read: (record: unknown) => void; finish: () => LoggedCall[] }>;

/** Collects the calls of a session: messages by their ids, of which the last version counts; one that was rewound was sent too. */
function createSession(file: string): Session {
  const calls = new Map<string, LoggedCall>();
  // A subagent's log is in a folder with the id of the session.
  const parent = /[\\/]chats[\\/]([^\\/]+)[\\/][^\\/]+$/.exec(file)?.[1];
  let id: string | undefined;
  let started: unknown;
  let project: string | undefined;

  function read(record: unknown): void {
    const changes = getField(record, '$set') ?? record;
    id ??= textIn(changes, 'sessionId');
    started ??= getField(changes, 'startTime');
    const [folder] = toList(getField(changes, 'directories'));
    if (typeof folder === 'string') project ??= folder;
    if (textIn(record, 'type') === 'gemini') readMessage(record);
    for (const message of toList(getField(changes, 'messages'))) readMessage(message);
  }

  function readMessage(message: unknown): void {
    const at = toIsoTime(getField(message, 'timestamp')) ?? toIsoTime(started);
    if (textIn(message, 'type') !== 'gemini' || at === undefined) return;
    const response = textIn(message, 'id');
    const model = textIn(message, 'model');
    const tokens = asFields(getField(message, 'tokens'));
    const tools = toList(getField(message, 'toolCalls')).map((call) => textIn(call, 'name') ?? 'tool');
    calls.set(response ?? `${calls.size}`, {
      session: '',
      at,
      provider: 'google',
      model: model ?? 'unknown',
      usage: tokens
        ? (readPlainGemini(tokens) ?? readUsage({ usage: tokens }, { provider: 'google', model }))
        : null,
      response,
      tools: [...new Set(tools)],
    });
  }

  return {
    read,
    finish: () => Array.from(calls.values(), (call) => ({ ...call, session: parent ?? id ?? file, project })),
  };
}
