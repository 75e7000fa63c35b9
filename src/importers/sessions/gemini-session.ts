/** Imports the session logs of Gemini CLI under ~/.gemini/tmp: JSON lines since version 0.40, and one JSON document before. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { ForeignRun } from '../frame/foreign-run.js';
import { groupTurns } from './group-turns.js';
import { SessionThread, type SessionSpans } from './session-thread.js';
import { textIn, toText } from '../frame/record-text.js';

/** Whether a record is such a document, or the first line of such a log. */
export function isGemini(record: unknown): boolean {
  if (textIn(record, 'sessionId', 'startTime') === undefined) return false;
  return (
    textIn(record, 'projectHash') !== undefined ||
    toList(getField(record, 'messages')).some((message) =>
      ['user', 'gemini'].includes(textIn(message, 'type') ?? ''),
    )
  );
}

/** A session. Each line of a log may be a new version of a message; one that was rewound was sent too. */
export async function importGemini(records: ForeignRecords): Promise<ForeignRun> {
  const to: SessionSpans = { spans: [], marks: [] };
  const messages = new Map<string, unknown>();
  let id: string | undefined;
  let startMs: number | undefined;
  for await (const { value } of records) {
    const changes = getField(value, '$set') ?? value;
    id ??= textIn(changes, 'sessionId');
    startMs ??= parseTime(getField(changes, 'startTime'));
    for (const message of [value, ...toList(getField(changes, 'messages'))]) {
      if (textIn(message, 'type') !== undefined)
        messages.set(textIn(message, 'id') ?? `${messages.size}`, message);
    }
  }
  let thread: SessionThread | undefined;
  for (const message of messages.values()) {
    const atMs = parseTime(getField(message, 'timestamp')) ?? startMs;
    if (atMs === undefined) continue;
    thread ??= new SessionThread(
      to,
      {
        id: 'session',
        kind: 'agent',
        name: 'Gemini CLI',
        startMs: Math.min(startMs ?? atMs, atMs),
        detail: () => ({}),
      },
      { hasTurns: true },
    );
    readMessage(thread, message, atMs);
  }
  return {
    format: 'gemini-cli',
    ...(id === undefined ? {} : { id }),
    name: thread?.turns.find(({ label }) => label !== undefined)?.label ?? 'Gemini CLI',
    spans: [...to.spans, ...(thread ? groupTurns(thread) : [])],
    marks: to.marks,
  };
}

function readMessage(thread: SessionThread, message: unknown, atMs: number): void {
  const content = toText(getField(message, 'content'));
  const text = typeof content === 'string' ? content : undefined;
  const id = textIn(message, 'id') ?? `message-${atMs}`;
  switch (textIn(message, 'type')) {
    case 'user':
      return thread.startTurn(atMs, text, () => content);
    case 'gemini':
      break;
    case 'error':
    case 'warning':
      return thread.addLog(atMs, () => ({ type: 'log', stream: 'warning', text: text ?? '' }));
    default:
      return thread.touch(atMs);
  }
  const model = textIn(message, 'model');
  const tokens = getField(message, 'tokens');
  const usage = readUsage(asFields(tokens) && { usage: tokens }, { provider: 'google', model });
  const thoughts = toList(getField(message, 'thoughts')).map((thought) =>
    [textIn(thought, 'subject'), textIn(thought, 'description')].filter(Boolean).join(': '),
  );
  const calls = toList(getField(message, 'toolCalls'));
  thread.addCall({
    id,
    atMs,
    provider: 'google',
    model,
    usage,
    detail: () => ({
      api: 'chat',
      text,
      reasoning: thoughts.length > 0 ? thoughts.join('\n') : undefined,
      toolCalls: calls.map((call) => ({
        name: textIn(call, 'name') ?? 'tool',
        arguments: getField(call, 'args') ?? null,
      })),
      usage,
      rawUsage: tokens,
    }),
  });
  for (const [index, call] of calls.entries()) readTool(thread, `${id}/${index}`, call, atMs);
}

function readTool(thread: SessionThread, fallback: string, call: unknown, atMs: number): void {
  const id = textIn(call, 'id') ?? fallback;
  thread.startTool({
    id,
    name: textIn(call, 'name') ?? 'tool',
    atMs,
    inputs: () => asFields(getField(call, 'args')),
  });
  const status = textIn(call, 'status');
  if (status === undefined) return;
  const output = (): unknown => {
    const results = toList(getField(call, 'result')).map((each) =>
      getField(each, 'functionResponse', 'response', 'output'),
    );
    return results.every((each) => typeof each === 'string') ? results.join('\n') : getField(call, 'result');
  };
  const failed = status !== 'success';
  const finishedMs = parseTime(getField(call, 'timestamp')) ?? atMs;
  thread.finishTool(id, finishedMs, { output, ...(failed ? { failed, message: status } : {}) });
}
