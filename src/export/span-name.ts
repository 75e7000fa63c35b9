/** Names spans for profile formats. */

import type { Span } from '../profile/run/run-state.js';

/** A short name. Spans of one kind share a name across a batch, so that profilers aggregate them. */
export function spanName({ kind, name, attempt, call }: Span): string {
  switch (kind) {
    case 'item':
      return 'item';
    case 'attempt':
      return `attempt ${attempt ?? name}`;
    case 'llm':
      return `llm ${call?.model ?? call?.requestedModel ?? name}`;
    default:
      return name;
  }
}
