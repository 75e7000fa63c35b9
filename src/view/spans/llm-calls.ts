/** The LLM calls of a span, with the names and the speed that the views show. */

import { formatCount } from '../../lib/text/format.js';
import type { Call, RunState, Span } from '../../profile/run/run-state.js';

/** An llm span with its call. */
export type CallSpan = Span & { readonly call: Call };

/** The calls made by a span and everything below it, in order of start. */
export function callsOf(run: RunState, span: Span): readonly CallSpan[] {
  const found: CallSpan[] = [];
  const visit = (each: Span) => {
    if (each.call) found.push(each as CallSpan);
    for (const id of each.children) {
      const child = run.spans.get(id);
      // A stage of ten thousand nodes with no call between them need not be walked.
      if (child && (child.totals.calls > 0 || child.call || child.status === 'running')) visit(child);
    }
  };
  visit(span);
  return found;
}

/** Output tokens per second of answering, with `~` where they were estimated; undefined where they are not known. */
export function speedText(span: CallSpan, now: number): string | undefined {
  const speed = speedOf(span, now);
  if (Number.isNaN(speed)) return undefined;
  return `${span.call.usageOrigin === 'reported' ? '' : '~'}${formatCount(speed)} tok/s`;
}

/** Who answered, or was asked, as people call it. The offline rules are no model. */
export function modelName(call: Call): string {
  return isByRules(call) ? 'offline rules' : (call.model ?? call.requestedModel);
}

/** Who was asked, with its provider. */
export function askedName(call: Call): string {
  return isByRules(call) ? modelName(call) : `${call.provider}/${call.requestedModel}`;
}

export function isByRules(call: Call): boolean {
  return call.provider === 'offline';
}

/** Output tokens per second of answering; NaN where either is not known, and for rules, which write no tokens. */
export function speedOf({ call, startedAt, finishedAt }: CallSpan, now: number): number {
  if (isByRules(call)) return Number.NaN;
  const output = call.usage?.output ?? call.progressTokens ?? Number.NaN;
  const seconds = ((finishedAt ?? now) - startedAt - (call.firstTokenMs ?? 0)) / 1000;
  return seconds > 0.001 ? output / seconds : Number.NaN;
}
