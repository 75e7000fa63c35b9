import type { Span } from '../profile/run/run-state.js';

/** A span in one or two words. Those of one kind share their name over a batch, so that profilers add them up. */
export function spanName({ kind, name, attempt, call }: Span): string {
  switch (kind) {
    case 'item':
      return 'item';
    case 'attempt':
      return `attempt ${attempt ?? name}`;
    case 'llm':
      return `llm ${call?.model ?? call?.requestedModel ?? name}`;
    case 'stage':
    case 'node':
    case 'phase':
    case 'workflow':
      return name;
    default:
      return kind satisfies never;
  }
}
