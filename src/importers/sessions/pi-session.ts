/** Imports the session logs of pi: JSON lines under ~/.pi/agent/sessions. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { CallDetail, ForeignRun } from '../frame/foreign-run.js';
import { readAnswer } from '../frame/read-answer.js';
import { groupTurns } from './group-turns.js';
import { SessionThread, type SessionSpans } from './session-thread.js';
import { textIn, toText } from '../frame/record-text.js';

/** Whether a record is a line of such a log: its header, or an entry with a message. */
export function isPi(record: unknown): boolean {
  if (getField(record, 'type') === 'session') {
    return typeof getField(record, 'version') === 'number' && textIn(record, 'id', 'cwd') !== undefined;
  }
  const role = textIn(getField(record, 'message'), 'role');
  return getField(record, 'type') === 'message' && role !== undefined && 'parentId' in asFields(record)!;
}

/** A session. All branches of its tree of entries count, because all were sent. */
export async function importPi(records: ForeignRecords): Promise<ForeignRun> {
  const to: SessionSpans = { spans: [], marks: [] };
  let thread: SessionThread | undefined;
  let id: string | undefined;
  let cwd: string | undefined;
  for await (const { value, reread } of records) {
    const atMs = parseTime(getField(value, 'timestamp'));
    if (atMs === undefined) continue;
    if (getField(value, 'type') === 'session') {
      id ??= textIn(value, 'id');
      cwd ??= textIn(value, 'cwd');
    }
    thread ??= new SessionThread(
      to,
      { id: 'session', kind: 'agent', name: 'pi', startMs: atMs, endMs: atMs, detail: () => ({}) },
      { hasTurns: true },
    );
    readEntry(thread, value, reread, atMs);
  }
  return {
    format: 'pi',
    ...(id === undefined ? {} : { id }),
    name: thread?.turns.find(({ label }) => label !== undefined)?.label ?? 'pi',
    spans: [...to.spans, ...(thread ? groupTurns(thread) : [])],
    marks: to.marks,
    ...(cwd === undefined ? {} : { project: cwd }),
  };
}

function readEntry(thread: SessionThread, entry: unknown, reread: () => unknown, atMs: number): void {
  const id = textIn(entry, 'id') ?? `entry-${atMs}`;
  if (getField(entry, 'type') === 'compaction') {
    return thread.addCompaction(id, atMs, undefined, () => getField(reread(), 'summary'));
  }
  const message = getField(entry, 'message');
  const content = (): unknown => toText(getField(reread(), 'message', 'content'));
  switch (textIn(message, 'role')) {
    case 'user': {
      const text = toText(getField(message, 'content'));
      return thread.startTurn(atMs, typeof text === 'string' ? text : undefined, content);
    }
    case 'assistant':
      return readAssistant(thread, id, message, () => getField(reread(), 'message'), atMs);
    case 'toolResult': {
      const failed = getField(message, 'isError') === true;
      const result = { output: content, ...(failed ? { failed } : {}) };
      return thread.finishTool(textIn(message, 'toolCallId') ?? '', atMs, result);
    }
    default:
      return thread.touch(atMs);
  }
}

function readAssistant(
  thread: SessionThread,
  id: string,
  message: unknown,
  reread: () => unknown,
  atMs: number,
): void {
  const provider = textIn(message, 'provider');
  const model = textIn(message, 'model');
  const origin = { provider, model };
  const usageOf = (each: unknown) => readUsage({ usage: getField(each, 'usage') }, origin);
  const detail = (): CallDetail => {
    const again = reread();
    return {
      ...readAnswer({ content: getField(again, 'content') }),
      api: 'chat',
      finishReason: textIn(again, 'stopReason'),
      usage: usageOf(again),
      rawUsage: getField(again, 'usage'),
    };
  };
  const failed = ['error', 'aborted'].includes(textIn(message, 'stopReason') ?? '');
  thread.addCall({ id, atMs, ...origin, usage: usageOf(message), ...(failed ? { failed } : {}), detail });
  for (const block of toList(getField(message, 'content'))) {
    if (getField(block, 'type') !== 'toolCall') continue;
    const tool = textIn(block, 'id') ?? `${id}/tool`;
    const inputs = (): Readonly<Record<string, unknown>> | undefined =>
      asFields(
        getField(
          toList(getField(reread(), 'content')).find((each) => getField(each, 'id') === tool),
          'arguments',
        ),
      );
    thread.startTool({ id: tool, name: textIn(block, 'name') ?? 'tool', atMs, inputs });
  }
}
