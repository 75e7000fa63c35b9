/** Imports ATIF trajectories (Harbor, versions 1.4 to 1.7): one JSON document with the steps of an agent. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import { parseCount } from '../../usage/fields/count.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { ForeignRun } from '../frame/foreign-run.js';
import { textIn, toText } from '../frame/record-text.js';
import { groupTurns } from '../sessions/group-turns.js';
import { SessionThread, type SessionSpans } from '../sessions/session-thread.js';

/** Whether a record is such a document. */
export function isAtif(record: unknown): boolean {
  return /^ATIF/i.test(textIn(record, 'schema_version') ?? '') && Array.isArray(getField(record, 'steps'));
}

/** Imports a trajectory. Its final metrics repeat the sum of its steps. */
export async function importAtif(records: ForeignRecords): Promise<ForeignRun> {
  const to: SessionSpans = { spans: [], marks: [] };
  let document: unknown;
  let thread: SessionThread | undefined;
  for await (const { value } of records) {
    if (!isAtif(value)) continue;
    document ??= value;
    for (const step of toList(getField(value, 'steps'))) {
      const atMs = parseTime(getField(step, 'timestamp'));
      if (atMs === undefined) continue;
      const name = textIn(getField(value, 'agent'), 'name') ?? 'agent';
      thread ??= new SessionThread(
        to,
        { id: 'session', kind: 'agent', name, startMs: atMs, detail: () => ({}) },
        { hasTurns: true },
      );
      readStep(thread, step, atMs, textIn(getField(value, 'agent'), 'model_name'));
    }
  }
  const id = textIn(document, 'session_id');
  return {
    format: 'atif',
    ...(id === undefined ? {} : { id }),
    name: thread?.turns.find(({ label }) => label !== undefined)?.label ?? 'trajectory',
    spans: [...to.spans, ...(thread ? groupTurns(thread) : [])],
    marks: to.marks,
  };
}

function readStep(thread: SessionThread, step: unknown, atMs: number, agentModel: string | undefined): void {
  const message = toText(getField(step, 'message'));
  const text = typeof message === 'string' ? message : undefined;
  const source = textIn(step, 'source');
  if (source === 'user') return thread.startTurn(atMs, text, () => message);
  if (source !== 'agent') return thread.touch(atMs);
  const id = `step-${String(getField(step, 'step_id'))}`;
  const model = textIn(step, 'model_name') ?? agentModel;
  const metrics = asFields(getField(step, 'metrics'));
  const usage = readUsage(
    metrics && {
      usage: {
        prompt_tokens: metrics['prompt_tokens'],
        completion_tokens: metrics['completion_tokens'],
        prompt_tokens_details: { cached_tokens: metrics['cached_tokens'] },
      },
    },
    { model },
  );
  const calls = toList(getField(step, 'tool_calls'));
  thread.addCall({
    id,
    atMs,
    model,
    usage,
    detail: () => ({
      api: 'chat',
      text,
      reasoning: textIn(step, 'reasoning_content'),
      toolCalls: calls.map((call) => ({
        name: nameOf(call),
        arguments: getField(call, 'arguments') ?? null,
      })),
      usage,
      rawUsage: metrics,
      toolCostUsd: parseCount(metrics?.['cost_usd']) ?? undefined,
    }),
  });
  const results = toList(getField(step, 'observation', 'results'));
  for (const [index, call] of calls.entries()) {
    const tool = textIn(call, 'tool_call_id') ?? `${id}/${index}`;
    const result =
      results.find((each) => textIn(each, 'source_call_id') === tool) ??
      (results.length === calls.length ? results[index] : undefined);
    thread.startTool({
      id: tool,
      name: nameOf(call),
      atMs,
      inputs: () => asFields(getField(call, 'arguments')),
    });
    if (result !== undefined)
      thread.finishTool(tool, atMs, { output: () => toText(getField(result, 'content')) });
  }
}

function nameOf(call: unknown): string {
  return textIn(call, 'function_name', 'name') ?? 'tool';
}
