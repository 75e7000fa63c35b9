import type { TraceBuilder } from './trace-builder.js';

const usage = {
  input: 10,
  output: 5,
  total: 15,
  source: 'anthropic',
  convention: 'exclusive',
  warnings: [],
} as const;

/** A finished call whose response event has these fields, and whose request event has those. */
export function answeredCall(
  response: Record<string, unknown>,
  request: Record<string, unknown> = { seenBy: 'llm' },
): (t: TraceBuilder) => void {
  return (t) => {
    const span = t.open('llm', 'claude-sonnet-4-5', { provider: 'anthropic', model: 'claude-sonnet-4-5' });
    t.emit({ type: 'llm.request', span, prompt: 'hi', ...request });
    t.emit({
      type: 'llm.response',
      span,
      model: 'claude-sonnet-4-5',
      text: 'Hello.',
      usage,
      usageOrigin: 'reported',
      ...response,
    });
    t.emit({ type: 'span.finished', span, status: 'ok' });
  };
}
