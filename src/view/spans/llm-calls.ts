/** The LLM calls of a span, with the names and the speed that the views show. */

import { formatCount } from '../../lib/text/format.js';
import type { Call, RunState, Span } from '../../profile/run/run-state.js';

/** A span of kind llm with its call. */
export type CallSpan = Span & { readonly call: Call };

/** Collects the calls of a span and its descendants, in order of start. */
export function collectCalls(run: RunState, span: Span): readonly CallSpan[] {
  const found: CallSpan[] = [];
  const visit = (each: Span) => {
    if (each.call) found.push(each as CallSpan);
    for (const id of each.children) {
      const child = run.spans.get(id);
      // Subtrees without calls are skipped; a stage may hold ten thousand nodes.
      if (child && (child.totals.calls > 0 || child.call || child.status === 'running')) visit(child);
    }
  };
  visit(span);
  return found;
}

/** Formats the output speed, with `~` for estimated tokens; undefined if unknown. */
export function speedText(span: CallSpan, now: number): string | undefined {
  const speed = computeSpeed(span, now);
  if (Number.isNaN(speed)) return undefined;
  return `${span.call.usageOrigin === 'reported' ? '' : '~'}${formatCount(speed)} tok/s`;
}

/** The model that responded, else the requested one. The offline rules are not a model. */
export function modelName(call: Call): string {
  return isByRules(call) ? 'offline rules' : (call.model ?? call.requestedModel);
}

/** The requested model with its provider. */
export function askedName(call: Call): string {
  return isByRules(call) ? modelName(call) : `${call.provider}/${call.requestedModel}`;
}

export function isByRules(call: Call): boolean {
  return call.provider === 'offline';
}

/** Whether another span may have made the call. */
export function isGuessed(call: Call): boolean {
  return call.request?.attribution === 'guessed';
}

/** Output tokens per second after the first token; NaN if unknown or for the offline rules. */
export function computeSpeed({ call, startedAt, finishedAt }: CallSpan, now: number): number {
  if (isByRules(call)) return Number.NaN;
  const output = call.usage?.output ?? call.progressTokens ?? Number.NaN;
  const seconds = ((finishedAt ?? now) - startedAt - (call.firstTokenMs ?? 0)) / 1000;
  return seconds > 0.001 ? output / seconds : Number.NaN;
}
