/** Imports sessions that opencode exports (`opencode export`): one JSON document. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { CallDetail, ForeignRun } from '../frame/foreign-run.js';
import { groupTurns } from './group-turns.js';
import { SessionThread, type SessionSpans } from './session-thread.js';
import { textIn } from '../frame/record-text.js';

/** Whether a record is such a document. */
export function isOpencode(record: unknown): boolean {
  return (
    asFields(getField(record, 'info')) !== undefined &&
    toList(getField(record, 'messages')).some(
      (each) =>
        textIn(getField(each, 'info'), 'role') !== undefined && Array.isArray(getField(each, 'parts')),
    )
  );
}

/** A session. A message's usage is the sum of its steps: where it has steps, each of them is a call. */
export async function importOpencode(records: ForeignRecords): Promise<ForeignRun> {
  const to: SessionSpans = { spans: [], marks: [] };
  let info: unknown;
  let thread: SessionThread | undefined;
  for await (const { value } of records) {
    if (!isOpencode(value)) continue;
    info ??= getField(value, 'info');
    for (const message of toList(getField(value, 'messages'))) {
      const atMs = parseTime(getField(message, 'info', 'time', 'created'));
      if (atMs === undefined) continue;
      thread ??= new SessionThread(
        to,
        { id: 'session', kind: 'agent', name: 'opencode', startMs: atMs, detail: () => ({}) },
        { hasTurns: true },
      );
      readMessage(thread, message, atMs);
    }
  }
  const id = textIn(info, 'id');
  const project = textIn(info, 'directory');
  return {
    format: 'opencode',
    ...(id === undefined ? {} : { id }),
    name: textIn(info, 'title') ?? 'opencode',
    spans: [...to.spans, ...(thread ? groupTurns(thread) : [])],
    marks: to.marks,
    ...(project === undefined ? {} : { project }),
  };
}

function readMessage(thread: SessionThread, message: unknown, atMs: number): void {
  const info = getField(message, 'info');
  const parts = toList(getField(message, 'parts'));
  const textOf = (list: readonly unknown[], type: string): string =>
    list.flatMap((part) => (getField(part, 'type') === type ? (textIn(part, 'text') ?? []) : [])).join('\n');
  if (getField(info, 'role') !== 'assistant') {
    return thread.startTurn(atMs, textOf(parts, 'text'), () => textOf(parts, 'text'));
  }
  const id = textIn(info, 'id') ?? `message-${atMs}`;
  const origin = { provider: textIn(info, 'providerID'), model: textIn(info, 'modelID') };
  const endMs = parseTime(getField(info, 'time', 'completed')) ?? atMs;
  let startMs = atMs;
  let step: unknown[] = [];
  const addCall = (source: unknown, callId: string, finishMs: number): void => {
    const usage = readUsage({ tokens: getField(source, 'tokens') }, origin);
    const cost = getField(source, 'cost');
    const own = step;
    const detail = (): CallDetail => ({
      api: 'chat',
      text: textOf(own, 'text'),
      reasoning: textOf(own, 'reasoning'),
      finishReason: textIn(source, 'reason', 'finish'),
      usage,
      rawUsage: getField(source, 'tokens'),
      toolCostUsd: typeof cost === 'number' ? cost : undefined,
    });
    thread.addCall({ id: callId, startMs, atMs: finishMs, ...origin, usage, detail });
    startMs = finishMs;
    step = [];
  };
  let steps = 0;
  for (const [index, part] of parts.entries()) {
    const type = textIn(part, 'type');
    step.push(part);
    if (type === 'tool') readTool(thread, textIn(part, 'callID') ?? `${id}/${index}`, part, atMs);
    if (type === 'step-finish') addCall(part, `${id}/step-${++steps}`, lastEnd(parts.slice(0, index), endMs));
  }
  if (steps === 0 && asFields(getField(info, 'tokens'))) addCall(info, id, endMs);
  thread.touch(endMs);
}

/** The time at which the last part with times finished. */
function lastEnd(parts: readonly unknown[], otherwise: number): number {
  const times = parts.flatMap(
    (part) =>
      parseTime(getField(part, 'time', 'end')) ?? parseTime(getField(part, 'state', 'time', 'end')) ?? [],
  );
  return times.length > 0 ? Math.max(...times) : otherwise;
}

function readTool(thread: SessionThread, id: string, part: unknown, atMs: number): void {
  const state = getField(part, 'state');
  const startMs = parseTime(getField(state, 'time', 'start')) ?? atMs;
  thread.startTool({
    id,
    name: textIn(part, 'tool') ?? 'tool',
    atMs: startMs,
    inputs: () => asFields(getField(state, 'input')),
  });
  const status = textIn(state, 'status');
  if (status !== 'completed' && status !== 'error') return;
  const message = textIn(state, 'error');
  thread.finishTool(id, parseTime(getField(state, 'time', 'end')) ?? startMs, {
    output: () => getField(state, 'output'),
    ...(status === 'error' ? { failed: true, ...(message === undefined ? {} : { message }) } : {}),
  });
}
