/** Merges the events of coding agents, which report running sums over a session. */
import { parseCount } from '../fields/count.js';
import { asFields, getField } from '../fields/fields.js';
import type { Usage } from '../record/usage.js';
import { combineKnown, type LocateEvent } from './combine-known.js';
import { modelOf, textOf, typeOf } from './stream-event.js';

/**
 * Claude Agent SDK and Claude Code: a result has the sums of its session until then. Without a result the session is still
 * open or broke off: then its messages say what was used. A message is repeated while it streams, and its last line holds.
 */
export function mergeAgentSessions(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const results = events.filter((event) => typeOf(event) === 'result' && isAgentResult(event));
  if (results.length > 0) {
    const sessions = lastByKey(results, (event) => textOf(getField(event, 'session_id')) ?? '');
    return combineKnown(sessions.map((event) => [undefined, locate(event)]));
  }
  const messages = events.filter(
    (event) => typeOf(event) === 'assistant' && asFields(getField(event, 'message', 'usage')) !== undefined,
  );
  const last = lastByKey(messages, (event) => textOf(getField(event, 'message', 'id')) ?? event);
  return combineKnown(last.map((event) => [modelOf(event), locate(event, { api: 'messages' })]));
}

function isAgentResult(event: unknown): boolean {
  return getField(event, 'total_cost_usd') !== undefined || getField(event, 'modelUsage') !== undefined;
}

/** Codex: events have the sums of the session until then, which start again after it was compacted or resumed. */
export function mergeCodex(events: readonly unknown[], locate: LocateEvent): Usage | undefined {
  const usages = events.flatMap((event) => {
    const usage = isCodexSum(event) ? locate(event) : undefined;
    return usage ? [usage] : [];
  });
  const segments = usages.filter((usage, i) => {
    const next = usages[i + 1];
    return next === undefined || (next.total ?? 0) < (usage.total ?? 0);
  });
  return combineKnown(segments.map((usage) => [undefined, usage]));
}

function isCodexSum(event: unknown): boolean {
  if (typeOf(event) === 'turn.completed') return true;
  const info = getField(event, 'payload', 'info') ?? getField(event, 'info');
  const sum = getField(info, 'total_token_usage') ?? getField(event, 'params', 'tokenUsage', 'total');
  return parseCount(getField(sum, 'total_tokens') ?? getField(sum, 'totalTokens')) !== undefined;
}

function lastByKey(events: readonly unknown[], keyOf: (event: unknown) => unknown): unknown[] {
  const last = new Map<unknown, unknown>();
  for (const event of events) last.set(keyOf(event), event);
  return [...last.values()];
}
