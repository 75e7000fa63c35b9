/** Reads the attributes of pflow's own OTLP export, so that an exported run comes back as it was. */
import { jsonAt, numberAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';

/** Reads a span with `pflow.kind`. Its call has the GenAI names. */
export function readPflow({ name, attributes }: DialectSpan): Reading | undefined {
  const kind = textAt(attributes, 'pflow.kind');
  if (kind === undefined) return undefined;
  return {
    kind,
    name: kind === 'stage' && name === 'plan' ? 'planner' : textAt(attributes, 'pflow.node.id'),
    isRequest: kind === 'llm',
    toolCostUsd: numberAt(attributes, 'gen_ai.usage.cost'),
    free: textAt(attributes, 'pflow.cost.state') === 'free' || undefined,
    content() {
      const inputs = jsonAt(attributes, 'pflow.params');
      return { inputs: typeof inputs === 'object' ? (inputs as Record<string, unknown>) : undefined };
    },
  };
}
